"""Where a practitioner's service was given: in an office, in someone's facility, at home."""

from functools import cache

from hangtime.codesets.facts import rows
from hangtime.codesets.tables import SETTINGS
from hangtime.rules.words import Setting

MEANINGS = {"facility": Setting.PROFESSIONAL_IN_FACILITY, "home": Setting.HOME}


def setting_of(setting: str, place_of_service: str | None = None) -> Setting:
    """The setting rules read, from the encounter's `setting` and its two-digit place of service.

    >>> setting_of("professional", "22").name
    'PROFESSIONAL_IN_FACILITY'
    """
    claim = SETTINGS.get(setting, Setting.UNKNOWN)
    if claim != Setting.PROFESSIONAL or not place_of_service:
        return claim
    return _places().get(place_of_service.strip().zfill(2), claim)


@cache
def _places() -> dict[str, Setting]:
    return {place: MEANINGS[means] for place, means, _ in rows("facility_places.csv")}
