"""The coding summary of a visit on paper: the lines, their reasons, and what people decided."""

from __future__ import annotations

from collections.abc import Iterator

from hangtime.chart import Site
from hangtime.paper import summary_pdf
from hangtime.paper.moments import Times
from hangtime.paper.summary import Decision
from hangtime.visits import Record
from hangtime.visits.coding import encounter_of_json, recoded
from hangtime.web.desk.telling import by, told

__all__ = ["summary"]


def summary(record: Record, site: Site) -> bytes | None:
    """PDF/UA-1; None where the visit is not coded."""
    coding = record.work.coding
    if coding is None:
        return None
    return summary_pdf(
        encounter_of_json(coding.encounter),
        recoded(coding),
        is_simulated=record.first.is_simulated,
        facts=tuple(_facts(record, site)),
        decisions=tuple(_decisions(record, site)),
    )


def _facts(record: Record, site: Site) -> Iterator[tuple[str, str]]:
    yield "Site", site.name
    released = record.work.released
    if released is not None:
        yield "Released by", by(released)
        yield "Released", Times(site.time_zone, ()).full(released.recorded_at)


def _decisions(record: Record, site: Site) -> Iterator[Decision]:
    times = Times(site.time_zone, ())
    for each in record.work.history:
        said = told(each)
        yield Decision(said.about, said.what, said.why, by(each), times.full(each.recorded_at))
