"""Positions of policy switches: small integers with the names of the switch catalogue.

Where a position's name in the catalogue begins with a code or says more, the comment gives it.
"""

from enum import IntEnum


class MissingStop(IntEnum):
    COMPUTE_THEN_QUERY = 0
    COMPUTE_THEN_PUSH = 1
    PUSH = 2
    NONE = 3


class MissingHydrationStop(IntEnum):
    COMPUTE = 0
    NONE = 1


class LastObserved(IntEnum):
    LOWER_BOUND_FLAGGED = 0
    REJECT = 1


class RepeatMethod(IntEnum):
    EACH_ALONE = 0  # each_alone_96366 in the catalogue
    SUM_TIMES = 1
    NONE = 2


class InitialScope(IntEnum):
    PER_ENCOUNTER_ACCESS = 0
    PER_DAY_ACCESS = 1


class Noncontiguous(IntEnum):
    SUM_FLAGGED = 0
    EACH_GT_30 = 1
    LONGEST_ONLY = 2


class LineDate(IntEnum):
    UNIT_THRESHOLD_DATE = 0
    START_DATE = 1
    COMPLETION_DATE = 2


class PartialOverlap(IntEnum):
    CONCURRENT = 0
    SEQUENTIAL_IF_SOLO = 1  # sequential_if_solo_ge_16 in the catalogue


class ToxicDrug(IntEnum):
    IF_DOCUMENTED = 0
    INTEGRAL = 1


class ElectrolyteIntent(IntEnum):
    BY_INDICATION = 0
    ALWAYS_HYDRATION = 1
    ALWAYS_THERAPEUTIC = 2


class ComplexSource(IntEnum):
    FORMULARY = 0
    PAYER_LIST = 1
    CPT_ELEMENTS = 2


class BolusSameDrug(IntEnum):
    REPEAT_PUSH_FACILITY = 0  # 96376_facility in the catalogue
    NONE = 1


class SplitDose(IntEnum):
    ONE = 0
    PER_SYRINGE = 1


class Restart(IntEnum):
    NO = 0
    YES_IF_REMOVED_AND_REPLACED = 1


class DistinctModifier(IntEnum):
    X_MODIFIERS = 0
    M59 = 1


class LongPush(IntEnum):
    PUSH_IF_PRESENCE = 0
    INFUSION = 1


class ArrivalRunning(IntEnum):
    COUNT_FROM_TAKEOVER = 0
    ADDITIONAL_ONLY = 1
    NONE = 2


class ResidualFlush(IntEnum):
    EXCLUDE = 0
    INCLUDE_IF_ORDERED = 1


class YesNo(IntEnum):
    YES = 0
    NO = 1


class SecondSite(IntEnum):
    NO = 0
    YES_WITH_59 = 1


class OverCeiling(IntEnum):
    REPORT_AND_FLAG = 0
    SUPPRESS = 1


class CrossDate(IntEnum):
    EMIT_AND_WARN = 0
    SHIFT_TO_PRIMARY_DATE = 1


class Tiebreak(IntEnum):
    FACILITY_ORDER = 0
    QUERY = 1


class SecondAccessLines(IntEnum):
    INITIAL_ONLY = 0
    ALL = 1


class ConcurrentComplex(IntEnum):
    SEQUENTIAL = 0
    UNLISTED = 1


class CommunityPump(IntEnum):
    PROLONGED = 0  # the prolonged-infusion code of the complex family
    CARRIER_PRICED = 1  # the clinic-started, community-finished code


class HomeFamily(IntEnum):
    MEDICARE = 0
    HOURLY = 1


class VaccineCodes(IntEnum):
    MEDICARE = 0
    GENERAL = 1


class RoundScope(IntEnum):
    PER_ADMINISTRATION = 0
    PER_DATE = 1


class WasteModifiers(IntEnum):
    JW_JZ = 0
    NONE = 1


class SubUnitModifier(IntEnum):
    JZ = 0
    NONE = 1


class VoluntaryZero(IntEnum):
    NONE = 0
    USE = 1


class RouteModifiers(IntEnum):
    SHARED_CODES = 0
    NONE = 1
