"""What every part of a printed record reads: the visit, how it stood, and how times and people are written."""

from __future__ import annotations

from datetime import datetime

from hangtime.chart import Entry, Site, Visit, VisitStatus, status
from hangtime.chart.visit import Fact
from hangtime.paper.moments import Times
from hangtime.paper.telling import Teller

__all__ = ["Reading", "last_recorded", "person"]


def last_recorded(visit: Visit) -> datetime | None:
    """When the last entry was recorded: what a record on paper is as of."""
    return max((each.entry.recorded_at for each in visit.history), default=None)


def person(who: Fact | Entry) -> str:
    """Who charted it: "A. Nurse, RN"."""
    return f"{who.author_name}, {who.credential}" if who.credential else who.author_name


class Reading:
    """A visit at the moment `at` (aware) by a site's schedules."""

    def __init__(self, visit: Visit, site: Site, at: datetime) -> None:
        self.visit, self.site, self.at = visit, site, at
        self.status: VisitStatus = status(visit, at, site)
        self.zone = visit.opening.time_zone if visit.opening else site.time_zone
        happened = (each.entry.happened_at for each in visit.history)
        self.times = Times(self.zone, (*happened, *(each.at for each in visit.facts)))
        self.drugs = {each.administration_id: each.drug for each in visit.administrations}
        self.teller = Teller(self.times, _apart(self.drugs))
        self.facts = {each.entry_id: each for each in visit.facts}
        # Corrected or not, the fact is as late as what stands was recorded.
        late = {each.entry.entry_id: each.late_minutes for each in visit.history if each.is_late}
        self._late = {
            each.entry_id: late.get(each.corrected_by or each.entry_id, 0) for each in visit.facts
        }

    def drug(self, administration_id: str) -> str:
        """A dose by its drug, with its id where the visit has the drug twice."""
        return self.teller.drugs.get(administration_id, administration_id)

    def when(self, fact: Fact | None) -> str:
        """When it happened, marked where it was recorded late or corrected."""
        if fact is None:
            return self.times.when(None)
        marks = [self.times.when(fact.at)]
        if fact.is_late:
            minutes = self._late.get(fact.entry_id, 0)
            marks.append(f"(late, {minutes} min)" if minutes else "(late)")
        if fact.corrected_by:
            marks.append("(corrected)")
        return " ".join(marks)


def _apart(drugs: dict[str, str]) -> dict[str, str]:
    """Drugs by administration; those given more than once with their ids."""
    named = list(drugs.values())
    return {
        each: f"{drug} ({each})" if named.count(drug) > 1 else drug for each, drug in drugs.items()
    }
