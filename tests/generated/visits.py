"""Kinds of visits, each as its chart usually looks, and what may befall any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from .chart import INDICATIONS, Chart

ANTIBIOTICS = ("ceftriaxone", "Rocephin", "vancomycin", "cefepime", "piperacillin-tazobactam")
INFUSED = (*ANTIBIOTICS, "acetaminophen", "iron sucrose", "pantoprazole", "magnesium sulfate")
PUSHED = ("ondansetron", "Zofran", "morphine", "ketorolac", "famotidine", "furosemide")
NEEDLED = (
    "octreotide",
    "octreotide",  # twice: one of the few that ask which way it went, and for few payers
    "ketorolac",
    "cyanocobalamin",
    "promethazine",
    "enoxaparin",
    "denosumab",
    "omalizumab",
)
BIOLOGICS = ("infliximab", "Remicade", "vedolizumab", "rituximab", "tocilizumab", "natalizumab")
CHEMO = ("oxaliplatin", "cisplatin", "gemcitabine", "paclitaxel", "carboplatin", "ifosfamide")
CHEMO_PUSHED = ("fluorouracil", "doxorubicin", "vincristine", "bortezomib")
HORMONES = ("leuprolide", "fulvestrant")
FLUIDS = ("sodium chloride 0.9 %", "normal saline", "lactated Ringer's", "D5W")
ELECTROLYTES = ("NS with KCl 20 mEq/L", "potassium chloride 20 mEq in 0.9 % sodium chloride")
VACCINES = (
    "influenza vaccine", "pneumococcal vaccine", "hepatitis B vaccine", "COVID-19 vaccine",
    "Tdap", "zoster vaccine",
)  # fmt: skip
UNKNOWN = ("study drug 4711", "zzyzx", "compounded mix")
CENTRAL = ("port", "picc", "cvc", "midline")
OTHER_SERVICES = (
    "36000", "36410", "36140", "96523", "36591", "36592", "36593", "94760", "94761", "J1642",
    "99070", "76937", "36569", "96521", "96522", "99211", "36430", "36415", "93005", "96365",
    "97597", "G0378", "90471", "M0201",
)  # fmt: skip
VISITS = ("99213", "99214", "99284", "99285", "99291", "G0463")


def emergency(chart: Chart) -> None:
    """Fluids, an antibiotic or two, pushes that are repeated, perhaps an inpatient order."""
    line = chart.access("peripheral")
    came = chart.at
    if chart.chance(0.7):
        fluid, aim = chart.pick(FLUIDS), {"volume_ml": Decimal(chart.pick((250, 500, 1000)))}
        if chart.chance(0.25):
            fluid, aim = chart.pick(ELECTROLYTES), {"indication": chart.pick(INDICATIONS)}
        chart.infuse(fluid, access=line, purpose=chart.pick((None, None, "hydration")), **aim)
        chart.wait(0, 90)
    drug = chart.pick(PUSHED)
    for _ in range(chart.whole(0, 4)):
        drug = drug if chart.chance(0.55) else chart.pick(PUSHED)
        chart.push(drug, access=line)
        chart.wait(5, 70)
    for drug in chart.random.sample(INFUSED, chart.whole(0, 3)):
        chart.infuse(drug, access=line, order_id=chart.pick((None, f"o-{drug}")))
        if drug in PUSHED or chart.chance(0.1):
            chart.push(drug, access=line)
        chart.wait(0, 100)
    if chart.chance(0.25):
        chart.give(chart.pick(NEEDLED), chart.pick(("im", "sc")))
    if chart.chance(0.05):
        chart.give("alteplase", "iv_infusion", 3600, indication="I63.9", access=line)
    if chart.chance(0.4):
        chart.also(chart.pick(VISITS))
    if chart.chance(0.08):
        chart.facts["inpatient_order_at"] = came + timedelta(minutes=chart.whole(20, 400))
    if chart.chance(0.3):
        chart.facts["ended_at"] = chart.at + timedelta(minutes=chart.whole(-60, 300))


def observation(chart: Chart) -> None:
    """A night: a dose every eight hours, fluid through it all, several days at times."""
    chart.access("peripheral")
    chart.at = chart.at.replace(hour=chart.whole(17, 23))
    drug, dose, fluid = chart.pick(ANTIBIOTICS), chart.length(), chart.pick(FLUIDS)
    start = chart.at
    if chart.chance(0.8):
        chart.infuse(fluid, chart.whole(200, 1500) * 60, volume_ml=Decimal(1000))
    for time in range(chart.whole(1, 4)):
        chart.at = start + timedelta(hours=8 * time, minutes=chart.whole(-5, 15))
        chart.infuse(drug, dose + chart.whole(-300, 300), order_id=f"o{time}")
        if chart.chance(0.5):
            chart.wait(20, 200)
            chart.push(chart.pick(PUSHED))
    if chart.chance(0.4):
        chart.also("G0378")


def clinic(chart: Chart) -> None:
    """A biologic or an iron after premedication, its bags one after the other."""
    line = chart.access(chart.pick(("peripheral", *CENTRAL)))
    if chart.chance(0.35):
        chart.facts["setting"] = "professional"
    chart.premedicate()
    drug, order = chart.pick((*BIOLOGICS, "immune globulin", "iron sucrose")), "o1"
    bags, by_the_hour = chart.pick((1, 1, 2, 3)), chart.chance(0.1)
    for bag in range(bags):
        seconds = 3600 if by_the_hour else chart.length()
        chart.infuse(
            drug, seconds, access=line, order_id=chart.pick((order, None)),
            primary_reason=True if bag == 0 and chart.chance(0.6) else None,
        )  # fmt: skip
        chart.at += timedelta(seconds=seconds + 60 * chart.pick((0, 2, 5, 6, 45, 130)))
    if chart.chance(0.2):
        chart.give(
            "normal saline", "iv_infusion", 300, access=line, order_id=order, purpose="flush"
        )
    elif chart.chance(0.3):
        chart.infuse(
            chart.pick(FLUIDS), access=line, purpose=chart.pick((None, "carrier", "keep_open"))
        )
    if chart.chance(0.3):
        chart.also(chart.pick(("99213", "99211", "36593", "96523", "36591")))


def oncology(chart: Chart) -> None:
    """Fluid, an antiemetic, agents one after or beside the other, a pump to go home with."""
    line = chart.access(chart.pick(("port", "port", "picc", "peripheral")))
    if chart.chance(0.3):
        chart.facts["setting"] = "professional"
    if chart.chance(0.1):
        pump = chart.pick(("portable", "implanted"))
        chart.infuse("fluorouracil", 3600, running_on_arrival=True, pump=pump)
        chart.wait(10, 60)
    if chart.chance(0.4):
        chart.infuse(chart.pick(FLUIDS), access=line)
        chart.wait(30, 100)
    chart.push("ondansetron", access=line)
    if chart.chance(0.4):
        chart.infuse("dexamethasone", bag="b1", access=line)
        chart.infuse("famotidine", bag="b1", access=line)
        chart.wait(10, 40)
    for drug in chart.random.sample(CHEMO, chart.whole(0, 2)):
        chart.infuse(drug, access=line, primary_reason=chart.pick((None, True)))
        chart.wait(20, 150)
    if chart.chance(0.3):
        chart.infuse("leucovorin", access=line)
    for drug in chart.random.sample(CHEMO_PUSHED, chart.whole(0, 2)):
        for _ in range(chart.pick((1, 1, 2))):
            chart.push(drug, access=line)
            chart.wait(3, 40)
    if chart.chance(0.35):
        go_home_on_a_pump(chart, line)
    if chart.chance(0.2):
        needle = chart.pick(("sc", "im", "on_body"))
        drug = "pegfilgrastim" if needle == "on_body" else chart.pick((*HORMONES, "methotrexate"))
        chart.give(drug, needle, indication=chart.pick((None, "neutropenia", "C61")))


def go_home_on_a_pump(chart: Chart, line: str) -> None:
    if chart.chance(0.2):
        chart.facts["payer"] = "first-plan"
    drug = chart.pick(("fluorouracil", "fluorouracil", "treprostinil", "milrinone"))
    pump, seconds = chart.pick(("portable", "implanted", "stationary")), 60 * chart.whole(470, 600)
    if chart.chance(0.6):
        chart.give(drug, "iv_infusion", pump=pump, continues_off_site=True, access=line)
    else:
        chart.give(drug, "iv_infusion", seconds, pump=pump, access=line)
    if chart.chance(0.3):
        chart.also(chart.pick(("96521", "96522", "96523")))


def office(chart: Chart) -> None:
    """A practitioner's office: injections, a short drip, the reason for the visit charted or not."""
    chart.facts["setting"] = "professional"
    chart.facts["place_of_service"] = chart.pick(("11", "11", "11", "49", None))
    for drug in chart.random.sample((*INFUSED, *BIOLOGICS), chart.whole(0, 3)):
        chart.infuse(drug, primary_reason=chart.pick((None, None, True)))
        chart.wait(5, 90)
    for _ in range(chart.whole(0, 2)):
        chart.push(chart.pick(PUSHED), primary_reason=chart.pick((None, True)))
        chart.wait(5, 50)
    for _ in range(chart.whole(0, 2)):
        chart.give(chart.pick(NEEDLED), chart.pick(("im", "sc")))
        chart.wait(0, 30)
    if chart.chance(0.5):
        chart.also(chart.pick(("99211", "99213", "99214")), modifiers=chart.pick(((), ("25",))))


def skin(chart: Chart) -> None:
    """Under the skin: immune globulin by pump at one or two sites, and syringes of one dose."""
    sites = [chart.access("subcutaneous", reason=number > 0) for number in range(chart.whole(1, 3))]
    drug = chart.pick(("Hizentra", "immune globulin", "deferoxamine", "bortezomib", UNKNOWN[0]))
    for site in sites[: chart.whole(1, 3)]:
        seconds = chart.length()
        chart.give(drug, "sc_infusion", seconds, access=site)
        chart.at += timedelta(seconds=chart.pick((0, seconds // 2, seconds)))
    if chart.chance(0.1):
        chart.give(chart.pick(FLUIDS), "sc_infusion", 3600)
    if chart.chance(0.1):
        chart.infuse(chart.pick(INFUSED))
    for _ in range(chart.pick((0, 0, 1, 2))):
        chart.give(chart.pick((*NEEDLED, *HORMONES, "methotrexate")), chart.pick(("sc", "im")))
        if chart.chance(0.5):
            chart.given.append(
                replace(chart.given[-1], administration_id=f"a{len(chart.given) + 1}")
            )
        chart.wait(0, 25)


def artery(chart: Chart) -> None:
    """Into an artery or the nervous system."""
    line = chart.access("arterial")
    for _ in range(chart.whole(1, 2)):
        seconds, drug = (
            chart.length(),
            chart.pick(("floxuridine", "cisplatin", "verapamil", "papaverine")),
        )
        draw = chart.random.random()
        if draw < 0.25:
            chart.give(drug, "ia_push", access=line)
        elif draw < 0.45:
            chart.give(drug, "ia_infusion", pump="portable", continues_off_site=True, access=line)
        else:
            chart.give(drug, "ia_infusion", seconds, access=line)
        chart.wait(20, 200)
    if chart.chance(0.25):
        chart.give(chart.pick(("methotrexate", "cytarabine", "baclofen")), "intrathecal")
    if chart.chance(0.4):
        chart.also("36140", *chart.pick(((), ("96522",))))


def shots(chart: Chart) -> None:
    """Vaccines, and antibodies that have codes of their own."""
    chart.facts["setting"] = chart.pick(("facility", "professional"))
    for drug in chart.random.sample(VACCINES, chart.whole(0, 3)):
        chart.give(drug, chart.pick(("im", "im", "sc")))
    if chart.chance(0.15):
        chart.give("rotavirus vaccine", "oral")
        chart.give("influenza vaccine", "other", category="vaccine")
    if chart.chance(0.6):
        drug = chart.pick(("nirsevimab", "nirsevimab", "palivizumab"))
        chart.give(drug, "im", counselling=chart.pick((None, True, False)))
    if chart.chance(0.35):
        drug, route = chart.pick((("pemivibart", "iv_infusion"), ("tixagevimab cilgavimab", "im")))
        chart.give(drug, route, chart.length() if route == "iv_infusion" else None)


def transfusion(chart: Chart) -> None:
    """Blood by the bag, saline between, premedication, fluid after."""
    line = chart.access(chart.pick(("peripheral", "port")))
    chart.premedicate()
    for _ in range(chart.whole(1, 3)):
        seconds = 60 * chart.whole(60, 240)
        chart.give(
            chart.pick(("red blood cells", "platelets")), "iv_infusion", seconds, access=line
        )
        chart.at += timedelta(seconds=seconds)
        if chart.chance(0.4):
            chart.infuse("normal saline", 60 * chart.whole(5, 60), access=line)
            chart.wait(5, 60)
    if chart.chance(0.4):
        chart.push("furosemide", access=line)
    if chart.chance(0.3):
        chart.infuse(chart.pick(FLUIDS), access=line, purpose="hydration")
    if chart.chance(0.3):
        chart.also("36430")


def flush(chart: Chart) -> None:
    """A device flushed, and nothing else as a rule."""
    kind = chart.pick((*CENTRAL, "peripheral", None))
    line = chart.access(kind) if chart.chance(0.85) else None
    for drug in ("saline flush", "heparin flush")[: chart.whole(1, 2)]:
        chart.give(drug, "iv_push", access=line)
    if chart.chance(0.2):
        chart.also(chart.pick(("36591", "36592", "96523", "J1642")))
    if chart.chance(0.5):
        chart.facts["setting"] = "professional"


def home(chart: Chart) -> None:
    """A nurse at the patient's home, one day or two."""
    chart.facts |= {"setting": "professional", "place_of_service": "12"}
    for _ in range(chart.whole(1, 2)):
        draw = chart.random.random()
        if draw < 0.6:
            chart.infuse(chart.pick((*ANTIBIOTICS, *BIOLOGICS, *CHEMO)))
        elif draw < 0.8:
            chart.give("Hizentra", "sc_infusion", chart.length())
        else:
            chart.push(chart.pick(PUSHED))
        chart.wait(20, chart.pick((90, 1500)))
    if chart.chance(0.2):
        chart.give("enoxaparin", "sc")


def two_lines(chart: Chart) -> None:
    """Two accesses at once, with every reason a chart gives for the second, or none."""
    first = chart.access(chart.pick(("peripheral", "port", None)))
    second = chart.access(chart.pick(("peripheral", "picc", None)), reason=True)
    for line in (first, second):
        for drug in chart.random.sample((*INFUSED, *CHEMO, *FLUIDS), chart.whole(1, 2)):
            chart.infuse(drug, access=line)
            chart.wait(0, 80)
        if chart.chance(0.5):
            chart.push(chart.pick(PUSHED), access=line)
            chart.wait(2, 40)
    if chart.chance(0.3):
        last = chart.given[-1]
        lost = chart.access("peripheral", reason_code=chart.pick(("infiltration", "restart")))
        chart.give(last.drug, last.route, chart.length(), access=lost, order_id=last.order_id)
    if chart.chance(0.15):
        line = chart.access("peripheral", reason_code="simultaneous_necessity")
        chart.infuse("normal saline", access=line)
        chart.facts["payer"] = chart.pick((chart.facts["payer"], "second-plan"))
    chart.facts["setting"] = chart.pick(("facility", "facility", "professional"))


def side_by_side(chart: Chart) -> None:
    """Infusions that start, overlap and come back as they like, one crowded hour."""
    start, drugs = chart.at, chart.random.sample((*INFUSED, *BIOLOGICS), 3)
    for _ in range(chart.whole(2, 6)):
        chart.at = start + timedelta(minutes=chart.whole(0, 300))
        chart.infuse(chart.pick(drugs), bag=chart.pick((None, None, None, "b1", "b2")))
    if chart.chance(0.3):
        chart.infuse("normal saline", 60 * chart.whole(60, 400), start=start)
    if chart.chance(0.2):
        for given in chart.given[:4]:
            chart.give("study drug " + given.administration_id, "iv_infusion", 3600, start=start)
    chart.facts["setting"] = chart.pick(("facility", "facility", "professional"))


def arrived_running(chart: Chart) -> None:
    """A bag hung elsewhere is taken over; something of one's own may follow."""
    if chart.chance(0.3):
        chart.facts["payer"] = "first-plan"
    for _ in range(chart.whole(1, 2)):
        chart.infuse(chart.pick(INFUSED), chart.length() * 2, running_on_arrival=True)
        chart.wait(5, 60)
    for _ in range(chart.whole(0, 2)):
        chart.infuse(chart.pick((*INFUSED, *FLUIDS)))
        chart.wait(5, 60)


def without_clock(chart: Chart) -> None:
    """A chart of minutes, in order but without times."""
    chart.facts["date_of_service"] = chart.at.date()
    for _ in range(chart.whole(1, 5)):
        drug = chart.pick((*INFUSED, *FLUIDS, *CHEMO, "red blood cells"))
        draw = chart.random.random()
        if draw < 0.6:
            minutes = Decimal(chart.length() // 60)
            chart.give(drug, "iv_infusion", start=None, minutes=minutes)
        elif draw < 0.9:
            chart.give(chart.pick(PUSHED[:2]), "iv_push", start=None)
        else:
            chart.give(drug, "iv_infusion", start=None)


def oddities(chart: Chart) -> None:
    """What charts hold besides: mouths, contrast, unknown names, impossible times, rows twice."""
    for _ in range(chart.whole(1, 3)):
        drug, route = chart.pick(
            (
                ("acetaminophen", "oral"), ("lidocaine 1%", "sc"), ("iohexol", "iv_push"),
                ("sterile water", "iv_infusion"), ("baclofen", "intrathecal"), ("albuterol", "other"),
                (chart.pick(UNKNOWN), "iv_push"), (chart.pick(UNKNOWN), "im"),
                (chart.pick(ELECTROLYTES), "iv_infusion"), ("D5W", "im"),
            )
        )  # fmt: skip
        chart.give(drug, route, chart.length() if route == "iv_infusion" else None)
        chart.wait(1, 60)
    if chart.chance(0.5):
        chart.infuse("vancomycin", chart.pick((90_000, 100_000)), pump_channel="B")
        chart.infuse("cefepime", pump_channel="B")
    if chart.chance(0.4):
        chart.give("cefepime", "iv_infusion", chart.pick((0, -600)))
    if chart.chance(0.1):
        chart.give("pantoprazole", "iv_infusion", minutes=Decimal(0))
    if chart.chance(0.3):
        chart.given.append(chart.given[0])
    if chart.chance(0.2):
        chart.given.append(replace(chart.given[0], drug="pantoprazole"))
    if chart.offset is not None and chart.chance(0.7):
        chart.give("ceftriaxone", "iv_infusion", 1800, start=chart.at.replace(tzinfo=None))
    if chart.chance(0.05):
        chart.given = [replace(each, start=None, stop=None) for each in chart.given]


def befall(chart: Chart) -> None:
    """What may befall any visit: orders, attendances, other services, places, rows out of order."""
    if chart.given and chart.chance(0.05):
        at = chart.whole(0, len(chart.given) - 1)
        late = {"order_signed": False}
        if chart.given[at].start is not None and chart.chance(0.4):
            late = {"ordered_at": chart.given[at].start + timedelta(minutes=20)}
        chart.given[at] = replace(chart.given[at], **late)
    if chart.chance(0.06):
        chart.facts["attendance_of_day"] = chart.whole(2, 3)
    if chart.chance(0.15):
        chart.also(*chart.random.sample(OTHER_SERVICES, chart.whole(1, 3)))
    if chart.facts["setting"] == "professional" and chart.chance(0.04):
        chart.facts["place_of_service"] = chart.pick(("22", "19", "23"))
    if chart.chance(0.06):
        chart.random.shuffle(chart.given)


KINDS: tuple[tuple[Callable[[Chart], None], int], ...] = (
    (emergency, 22), (observation, 7), (clinic, 9), (oncology, 15), (office, 8), (skin, 5),
    (artery, 4), (shots, 5), (transfusion, 4), (flush, 3), (home, 3), (two_lines, 8),
    (side_by_side, 8), (arrived_running, 3), (without_clock, 4), (oddities, 4),
)  # fmt: skip
