"""What can be charted of a visit: each act a sheet filled in as far as the record tells.

A page holds all of them, also those whose turn has not come, so that a device without a connection
can go on; `subject` and `states` say when one is shown, `becomes` what it makes of its subject.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from hangtime.chart import Site, Visit, VisitStatus
from hangtime.chart.bodies import OrderVerified
from hangtime.chart.visit import Access, Administration
from hangtime.web.chairside.places import access_words
from hangtime.web.chairside.reading import typed_of
from hangtime.web.chairside.sheets import Field, Sheet, sheets, value_words
from hangtime.web.shown import quantity

__all__ = ["Act", "Slot", "acts_of", "slots_of"]

State = Literal[
    "none", "ordered", "prepared", "running", "paused", "ended", "planned", "in", "out", "open"
]
_NEVER_GIVEN: tuple[State, ...] = ("ordered", "prepared")
_BY_ROUTE = {
    "iv_push": "push", "ia_push": "push", "im": "injection", "sc": "injection", "on_body": "injection",
}  # fmt: skip
SPARE = "the drug just ordered"


class Act(NamedTuple):
    """One sheet about one subject.

    `filled`: what stands in its fields, by the field's name.  `options`: those of fields whose
    values are of this visit.  `left_out`: groups of fields that do not apply.  `is_further`: see
    `Slot`.
    """

    id: str
    sheet: Sheet
    about: str = ""
    subject: str = ""
    states: tuple[State, ...] = ()
    state: State = "none"
    becomes: State | None = None
    filled: Mapping[str, list[str]] = {}
    options: Mapping[str, tuple[tuple[str, str], ...]] = {}
    left_out: frozenset[str] = frozenset()
    is_further: bool = False

    @property
    def title(self) -> str:
        """What it is and of what."""
        return f"{self.sheet.title}: {self.about}" if self.about else self.sheet.title

    @property
    def is_shown(self) -> bool:
        """Whether its subject is where it can be charted."""
        return not self.states or self.state in self.states

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that apply."""
        return tuple(each for each in self.sheet.fields if each.group not in self.left_out)


class Slot(NamedTuple):
    """One dose, from the order on: what was done with it, or what comes next.

    `is_spare`: of an order that is yet to be charted.  `is_further`: one more of an order that was
    given already, which is offered and never proposed.
    """

    administration_id: str
    drug: str
    order: OrderVerified | None
    given: Administration | None
    is_spare: bool = False
    is_further: bool = False

    @property
    def state(self) -> State:
        """Where it is."""
        given = self.given
        if given is None or (given.started is None and given.prepared is None):
            return "none" if self.is_spare else "ordered"
        if given.started is None:
            return "prepared"
        if not given.is_running:
            return "ended"
        return "paused" if any(each.stop is None for each in given.breaks) else "running"

    @property
    def is_begun_unprepared(self) -> bool:
        """It was given without a charted preparation, which can be charted after it."""
        given = self.given
        return given is not None and given.started is not None and given.prepared is None

    @property
    def start_sheet(self) -> str:
        """How it is begun, by the route of its order."""
        return _BY_ROUTE.get((self.order and self.order.route) or "", "start")


def slots_of(visit: Visit) -> tuple[Slot, ...]:
    """Every dose charted or ordered; and for each order one more, once the last has ended.

    Doses are named after their order, so that two devices that never heard of each other chart one
    dose and not two; and what was started unprepared is known to be of its order.
    """
    orders = {body.order_id: body for _, body in visit.of(OrderVerified)}
    found: list[Slot] = []
    for given in visit.administrations:
        order = given.order or orders.get(given.administration_id.rpartition(".")[0])
        found.append(Slot(given.administration_id, given.drug, order, given))
    for order_id, order in orders.items():
        own = [each for each in found if each.order and each.order.order_id == order_id]
        if all(each.state == "ended" for each in own):
            next_id = f"{order_id}.{len(own) + 1}"
            found.append(Slot(next_id, order.drug, order, None, is_further=bool(own)))
    return tuple(found)


def acts_of(visit: Visit, status: VisitStatus, site: Site) -> dict[str, Act]:
    """All acts by their ids, in the order of the steps."""
    found = _Acts(visit, status, site)
    return {each.id: each for each in found.all()}


class _Acts:
    def __init__(self, visit: Visit, status: VisitStatus, site: Site) -> None:
        self.visit, self.status, self.site = visit, status, site
        self.slots = slots_of(visit)
        self.next_access = f"access {len(visit.accesses) + 1}"
        self.inside = [each for each in visit.accesses if each.ended is None]
        self.outside = [each for each in visit.accesses if each.ended is not None]

    def all(self) -> Iterator[Act]:
        spare_order = uuid.uuid4().hex[:8]
        spare = Slot(f"{spare_order}.1", SPARE, None, None, is_spare=True)
        yield from self._of_visit(spare_order, spare.administration_id)
        for access in self.visit.accesses:
            yield from self._of_access(access.access_id, "out" if access.ended else "in")
        yield from self._of_access(self.next_access, "planned")
        for slot in (*self.slots, spare):
            yield from self._of_slot(slot)
        yield from self._of_reactions()

    # --- the visit ---------------------------------------------------------------------------------

    def _of_visit(self, order_id: str, spare_id: str) -> Iterator[Act]:
        order = {"order_verified.order_id": [order_id]}
        yield _act("order", filled=order, subject=spare_id, becomes="ordered")
        for name in ("diagnoses", "identify", "site", "failed_access", "teach", "after", "skip"):
            yield _act(name)
        yield self._observe()
        for name in ("note", "service", "inpatient"):
            yield _act(name)
        yield _act("close", filled={"visit_closed.destination": ["home"]})
        yield _act("notify")

    def _observe(self) -> Act:
        access_ids = [each.access_id for each in self.inside] or [self.next_access]
        filled: dict[str, list[str]] = {}
        for number, access_id in enumerate(access_ids[:2]):
            filled[f"observed.sites.{number}.access_id"] = [access_id]
            filled[f"observed.sites.{number}.scale"] = [self.site.site_scale]
        running = [each for each in self.slots if each.state == "running"]
        coming = [each for each in self.slots if each.state in _NEVER_GIVEN]
        filled["observed.still_infusing"] = [each.administration_id for each in running]
        seen = tuple((each.administration_id, each.drug) for each in (*running, *coming))
        left_out = frozenset[str]() if len(access_ids) > 1 else frozenset({"sites.1"})
        options = {"observed.still_infusing": seen}
        return _act("observe", filled=filled, options=options, left_out=left_out)

    # --- accesses ----------------------------------------------------------------------------------

    def _of_access(self, access_id: str, state: State) -> Iterator[Act]:
        about = access_words(self.visit, access_id) if state != "planned" else ""
        if state == "planned" and self.visit.accesses:
            about = "a further one"

        def act(
            name: str, kind: str, states: tuple[State, ...], becomes: State | None, **more: str
        ) -> Act:
            said = {"access_id": access_id, **more}
            return _act(
                name, about, subject=access_id, state=state, states=states, becomes=becomes,
                filled={f"{kind}.{path}": [value] for path, value in said.items()},
            )  # fmt: skip

        if state == "planned":
            yield act("access", "access_established", ("planned",), "in")
        yield act("flush", "flushed", ("in",), None, solution="saline")
        yield act("remove", "access_removed", ("in",), "out")
        yield act("leave", "access_left_in", ("in",), "out")

    # --- doses -------------------------------------------------------------------------------------

    def _of_slot(self, slot: Slot) -> Iterator[Act]:
        def act(
            name: str, states: tuple[State, ...], becomes: State | None = None, **more: Any
        ) -> Act:
            sheet, own = sheets()[name], dict(more.pop("filled", {}))
            for field in sheet.fields:
                if field.path == "administration_id":
                    own[field.name] = [slot.administration_id]
            return _act(
                name, f"{slot.drug}, one more" if slot.is_further else slot.drug,
                subject=slot.administration_id, state=slot.state, states=states, becomes=becomes,
                filled=own, is_further=slot.is_further, **more,
            )  # fmt: skip

        if slot.is_begun_unprepared:
            yield act("drug", ("running", "paused", "ended"), filled=self._of_bag(slot))
        else:
            yield act("drug", ("ordered",), "prepared", filled=self._of_bag(slot))
        yield act("check", ("prepared", "running", "paused"))
        yield act("prime", (*_NEVER_GIVEN, "running"), filled=self._of_line(slot))
        begins = ("start", "push") if slot.is_spare else (slot.start_sheet,)
        for name in begins:
            becomes: State = "running" if name == "start" else "ended"
            yield act(
                name, _NEVER_GIVEN, becomes, filled=self._of_start(slot, name),
                options=self._through(name),
            )  # fmt: skip
        if "start" in begins:
            yield act("pause", ("running",), "paused")
            yield act("resume", ("paused",), "running", options=self._through("resume"))
            yield act("rate", ("running",))
            yield act("stop", ("running", "paused"), "ended", filled=self._of_stop(slot))
            yield act("run_on", ("running",), "ended")
            yield act("disconnect", ("running", "paused"), "ended")
        yield act("waste", ("prepared", "running", "paused", "ended"))

    def _told(self, accesses: Iterable[Access]) -> tuple[tuple[str, str], ...]:
        """Accesses to choose from; one that is out is there for what went through it before."""
        return tuple((each.access_id, _through(self.visit, each)) for each in accesses)

    def _through(self, name: str) -> dict[str, tuple[tuple[str, str], ...]]:
        which = "a further access" if self.visit.accesses else "the access"
        is_over = self.status.state == "closed"
        to_come = () if is_over else ((self.next_access, f"{which}, not charted yet"),)
        return {
            field.name: (*self._told(self.inside), *to_come, *self._told(self.outside))
            for field in sheets()[name].fields
            if field.path == "access_id"
        }

    def _of_bag(self, slot: Slot) -> dict[str, list[str]]:
        order = slot.order
        if order is None:
            order_id = slot.administration_id.rpartition(".")[0]
            drug = "" if slot.is_spare else slot.drug
            found = {"drug_prepared.order_id": order_id, "drug_prepared.drug": drug}
            return {name: [value] for name, value in found.items() if value}
        said = {
            "order_id": order.order_id,
            "drug": order.drug,
            "dose": _plain(order.dose),
            "dose_unit": order.dose_unit,
            "volume_ml": _plain(order.volume_ml),
            "containers.0.size_unit": order.dose_unit,
            "discarded_unit": order.dose_unit,
        }
        return {f"drug_prepared.{name}": [value] for name, value in said.items() if value}

    def _of_line(self, slot: Slot) -> dict[str, list[str]]:
        template = self.site.template(slot.drug, slot.order.template if slot.order else None)
        asked = template.filter if template else None
        return {"line_primed.filter": [f"{asked} µm"]} if asked and slot.given else {}

    def _of_start(self, slot: Slot, name: str) -> dict[str, list[str]]:
        kind, order, given = sheets()[name].kinds[0], slot.order, slot.given
        bag = given.bag if given else None
        said: dict[str, str | None] = {}
        if name != "injection" and (likeliest := self.inside or self.outside):
            said["access_id"] = likeliest[-1].access_id
        if order is not None:
            said["route"] = order.route
            if name == "start":
                said["rate_ml_per_h"] = _plain(order.rate_ml_per_h)
                volume = bag.volume_ml if bag and bag.volume_ml else order.volume_ml
                said["volume_ml"] = _plain(volume)
        if bag is None and order is not None:
            said |= {"drug": order.drug, "dose": _plain(order.dose), "dose_unit": order.dose_unit}
        return {f"{kind}.{path}": [value] for path, value in said.items() if value}

    def _of_stop(self, slot: Slot) -> dict[str, list[str]]:
        """Completed where rate and volume say so; why an infusion stops sooner is for who stops it."""
        is_past = (e.is_past_end for e in self.status.running if e.administration_id == slot[0])
        return {"infusion_stopped.reason": ["completed"]} if any(is_past) else {}

    # --- reactions ---------------------------------------------------------------------------------

    def _of_reactions(self) -> Iterator[Act]:
        doses = tuple((s.administration_id, s.drug) for s in self.slots if s.state != "ordered")
        options = {
            "reaction_noted.administration_id": doses,
            "reaction_noted.access_id": self._told(self.inside or self.outside),
        }
        ids = [course.reaction_id for course in self.visit.reactions]
        running = [each.administration_id for each in self.status.running]
        new = f"reaction {len(ids) + 1}"
        filled = {"reaction_noted.reaction_id": [new]}
        if len(running) == 1:
            filled["reaction_noted.administration_id"] = running
        yield _act(
            "reaction", subject=new, states=("none",), becomes="open", filled=filled,
            options=options,
        )  # fmt: skip
        yield from self._of_reaction(new, "", "none")
        for course in self.visit.reactions:
            state: State = "open" if course.is_open else "ended"
            about = value_words(course.body.reaction)
            yield _act(
                "reaction", about, id=f"judge-{_slug(course.reaction_id)}", state=state,
                subject=course.reaction_id, states=("open",), filled=typed_of(course.body),
                options=options,
            )  # fmt: skip
            yield from self._of_reaction(course.reaction_id, about, state)

    def _of_reaction(self, reaction_id: str, about: str, state: State) -> Iterator[Act]:
        ends: dict[str, State] = {"reaction_end": "ended"}
        for name in ("action", "notify", "reaction_end"):
            kind = sheets()[name].kinds[0]
            yield _act(
                name, about, subject=reaction_id, state=state, states=("open",),
                becomes=ends.get(name), filled={f"{kind}.reaction_id": [reaction_id]},
            )  # fmt: skip


def _act(name: str, about: str = "", *, subject: str = "", id: str = "", **more: Any) -> Act:
    made = id or "-".join(filter(None, (name, _slug(subject) if name != "order" else "")))
    return Act(id=made, sheet=sheets()[name], about=about, subject=subject, **more)


def _slug(subject: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", subject).strip("-").lower()


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _through(visit: Visit, access: Access) -> str:
    gauge = quantity(access.body.gauge, "G") if access.body.gauge else ""
    out = "out by now" if access.ended else ""
    return ", ".join(filter(None, (access_words(visit, access.access_id), gauge, out)))
