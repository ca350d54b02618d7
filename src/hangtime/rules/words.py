"""The vocabulary rules speak in: small integers with names.

The interpreter and the compiler both understand `IntEnum`.  UNKNOWN is always 0: a record that
nobody filled in says nothing.  Member names are the contract's words in capitals, so that readers
and writers translate by name and no table can drift.
"""

from enum import IntEnum


class Setting(IntEnum):
    """Who bills, and where the practitioner works."""

    UNKNOWN = 0
    FACILITY = 1
    PROFESSIONAL = 2
    PROFESSIONAL_IN_FACILITY = 3
    HOME = 4


class Route(IntEnum):
    """The route and method as charted."""

    UNKNOWN = 0
    IV_INFUSION = 1
    IV_PUSH = 2
    IM = 3
    SC = 4
    SC_INFUSION = 5
    IA_PUSH = 6
    IA_INFUSION = 7
    INTRATHECAL = 8
    ON_BODY = 9
    ORAL = 10
    OTHER = 11


class Category(IntEnum):
    """What kind of substance it is, charted or from the formulary."""

    UNKNOWN = 0
    THERAPEUTIC = 1
    HYDRATION = 2
    CHEMOTHERAPY = 3
    BIOLOGIC = 4
    BLOOD = 5
    VACCINE = 6
    FLUSH = 7
    ANESTHETIC = 8
    CONTRAST = 9
    DILUENT = 10
    ORAL = 11
    ELECTROLYTE = 12  # fluid with potassium, magnesium, ...: its aim decides (formulary only)
    ANTIBODY = 13  # antibody against RSV: its own injection codes (formulary only)
    COVID_ANTIBODY = 14  # product code with monitoring included (formulary only)


class Purpose(IntEnum):
    """What the fluid was for, as charted."""

    UNKNOWN = 0
    TREATMENT = 1
    HYDRATION = 2
    KEEP_OPEN = 3
    CARRIER = 4
    FLUSH = 5


class Pump(IntEnum):
    UNKNOWN = 0
    STATIONARY = 1
    PORTABLE = 2
    IMPLANTED = 3


class AccessKind(IntEnum):
    UNKNOWN = 0
    PERIPHERAL = 1
    MIDLINE = 2
    PICC = 3
    CVC = 4
    PORT = 5
    SUBCUTANEOUS = 6
    ARTERIAL = 7


class AccessReason(IntEnum):
    """Why an access was needed.  UNMATCHED: text was charted that matches no listed reason."""

    UNKNOWN = 0
    INCOMPATIBLE_DRUGS = 1
    PROTOCOL = 2
    SIMULTANEOUS_NECESSITY = 3
    RESTART = 4
    INFILTRATION = 5
    RATE = 6
    CONVENIENCE = 7
    UNMATCHED = 8


class SuppliedBy(IntEnum):
    UNKNOWN = 0
    FACILITY = 1
    PATIENT = 2
    PHARMACY = 3


class Known(IntEnum):
    """A yes-or-no fact that the chart may not have."""

    UNKNOWN = 0
    NO = 1
    YES = 2


class Intent(IntEnum):
    """What the charted indication says a fluid with electrolytes was meant to do."""

    UNKNOWN = 0
    VOLUME = 1
    ELECTROLYTE = 2


class Vaccine(IntEnum):
    """Which vaccine, where the administration code depends on it."""

    UNKNOWN = 0
    INFLUENZA = 1
    PNEUMOCOCCAL = 2
    HEPATITIS_B = 3
    COVID = 4
    OTHER = 5


class Evidence(IntEnum):
    """What shows when an infusion ended, best first; NONE: nothing does."""

    NONE = 0
    STOP = 1
    PAUSE = 2
    MINUTES = 3
    VOLUME = 4
    OBSERVED = 5
    DISCONNECTED = 6
    OFF_SITE = 7  # a pump that went home running
    INPATIENT = 8  # cut at the inpatient order
    INSTANT = 9  # a push or injection has no end to show


class Measure(IntEnum):
    """What an amount of a drug is counted in; amounts of different measures do not compare."""

    UNKNOWN = 0
    MASS = 1
    ACTIVITY = 2  # units
    EQUIVALENT = 3
    SUBSTANCE = 4  # moles
    VOLUME = 5
    RADIOACTIVITY = 6
    AREA = 7
    COUNT = 8  # doses, vials, bags


class ProductDoubt(IntEnum):
    """Why no product code can be told of a charted drug."""

    NONE = 0
    UNKNOWN_NAME = 1  # no table knows the name
    UNSURE_NAME = 2  # it may be a slip of the pen for another
    SEVERAL_CODES = 3  # the substance has several codes and the chart does not say which
    CONFLICT = 4  # name and product code are known and are not the same drug
    NO_CODE = 5  # a fluid, vaccine or blood product that none of the codes here lists
    OTHER_ROUTE = 6  # the codes of the substance are for another route


class CodeUse(IntEnum):
    """What became of a charted product code."""

    USED = 0  # or none is charted
    NOT_IN_FORCE = 1
    UNKNOWN = 2
    OVERRULED = 3  # an unlisted code, of a drug that a code lists


class DoseFault(IntEnum):
    """Why a charted dose is no amount of what the product code counts in."""

    NONE = 0
    NO_UNIT = 1
    UNKNOWN_UNIT = 2
    NO_WEIGHT = 3  # charted by body weight, and the weight is not
    OTHER_MEASURE = 4  # such as milliliters without a concentration


class NdcForm(IntEnum):
    """What is wrong with a charted NDC."""

    GOOD = 0
    AMBIGUOUS = 1  # ten digits in one piece have three readings
    MALFORMED = 2


class Family(IntEnum):
    """Which code family a run belongs to, once classified."""

    NONE = 0
    COMPLEX_INFUSION = 1
    COMPLEX_PUSH = 2
    INFUSION = 3
    PUSH = 4
    HYDRATION = 5
    COMPLEX_PUMP = 6
    PROLONGED_PUMP = 7
    SC_INFUSION = 8
    INJECTION = 9
    COMPLEX_INJECTION = 10
    HORMONAL_INJECTION = 11
    ARTERIAL_INJECTION = 12
    ARTERIAL_UNLISTED = 13
    ARTERIAL_COMPLEX_PUSH = 14
    ARTERIAL_COMPLEX_INFUSION = 15
    ARTERIAL_COMPLEX_PUMP = 16
    ON_BODY = 17
    ANTIBODY = 18
    COVID_ANTIBODY = 19
    VACCINE = 20
    TRANSFUSION = 21
    CNS_COMPLEX = 22


class Role(IntEnum):
    """What became of a run among the others."""

    NONE = 0
    INITIAL = 1
    SEQUENTIAL = 2
    CONCURRENT = 3
    REPEAT = 4
    NEW_PUSH = 5
    REPEAT_PUSH = 6
    STANDALONE = 7
    HYDRATION = 8
    DROPPED = 9


class Severity(IntEnum):
    INFO = 0
    WARNING = 1
    ERROR = 2


class Modifier(IntEnum):
    NONE = 0
    M59 = 1
    XE = 2
    XS = 3
    XU = 4
    XP = 5
    M25 = 6
    JW = 7  # waste of a single-dose container
    JZ = 8  # none
    JA = 9  # given by vein
    JB = 10  # given under the skin


class Code(IntEnum):
    """Codes the rules name.  Their numbers are in the edition (`codesets/data/codes.csv`)."""

    NONE = 0
    HYDRATION_INITIAL = 1
    HYDRATION_HOUR = 2
    INFUSION_INITIAL = 3
    INFUSION_HOUR = 4
    INFUSION_SEQUENTIAL = 5
    INFUSION_CONCURRENT = 6
    SC_INFUSION_INITIAL = 7
    SC_INFUSION_HOUR = 8
    SC_INFUSION_SITE = 9
    INJECTION = 10
    ARTERIAL_INJECTION = 11
    PUSH_INITIAL = 12
    PUSH_NEW_DRUG = 13
    PUSH_REPEAT = 14
    ON_BODY = 15
    UNLISTED = 16
    ANTIBODY_COUNSELLED = 17
    ANTIBODY = 18
    COMPLEX_INJECTION = 19
    HORMONAL_INJECTION = 20
    COMPLEX_PUSH_INITIAL = 21
    COMPLEX_PUSH = 22
    COMPLEX_INITIAL = 23
    COMPLEX_HOUR = 24
    COMPLEX_PUMP = 25
    COMPLEX_SEQUENTIAL = 26
    ARTERIAL_COMPLEX_PUSH = 27
    ARTERIAL_COMPLEX_INITIAL = 28
    ARTERIAL_COMPLEX_HOUR = 29
    ARTERIAL_COMPLEX_PUMP = 30
    PUMP_REFILL = 31
    IMPLANTED_REFILL = 32
    DEVICE_FLUSH = 33
    CNS_COMPLEX = 34
    COMPLEX_UNLISTED = 35
    TRANSFUSION = 36
    PORT_DRAW = 37
    CATHETER_DRAW = 38
    DECLOT = 39
    VEIN_ACCESS = 40
    VENIPUNCTURE = 41
    ARTERY_ACCESS = 42
    VACCINE_FIRST = 43
    VACCINE_NEXT = 44
    VACCINE_ORAL_FIRST = 45
    VACCINE_ORAL_NEXT = 46
    VACCINE_COVID = 47
    VACCINE_INFLUENZA = 48
    VACCINE_PNEUMOCOCCAL = 49
    VACCINE_HEPATITIS_B = 50
    COMMUNITY_PUMP = 51
    PROLONGED_PUMP = 52
    NURSE_VISIT = 53
    OXIMETRY_SINGLE = 54
    OXIMETRY_MULTIPLE = 55
    HEPARIN_FLUSH = 56
    SUPPLIES = 57
    ULTRASOUND_GUIDANCE = 58
    HOME_VISIT = 59
    HOME_HOUR = 60
    HOME_FIRST_IV = 61
    HOME_FIRST_SC = 62
    HOME_FIRST_COMPLEX = 63
    HOME_LATER_IV = 64
    HOME_LATER_SC = 65
    HOME_LATER_COMPLEX = 66


class Fact(IntEnum):
    """One documentation fact that the chart may lack; names are the contract's fields."""

    NONE = 0
    STOP = 1
    START = 2
    MINUTES = 3
    ORDER_SIGNED = 4
    ORDERED_AT = 5
    REASON_CODE = 6
    INDICATION_VOLUME = 7
    INDICATION_ELECTROLYTE = 8
    PRIMARY_REASON = 9
    COUNSELLING = 10
    RUNNING_ON_ARRIVAL = 11
    PURPOSE = 12
    TIME_ZONE = 13
