"""Which dates of service a table is for, as its titles, columns or file name say.

Publishers write it in many ways: a range of dates, a quarter, an NCCI version, a relative value
file's letter, a month.  A month or a day opens the rest of its span; a bare year is the year.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from hangtime.codesets.store.records import Period, Refused

QUARTER, YEAR, FISCAL = "quarter", "year", "fiscal"
FIRST_NCCI_YEAR = 1994  # NCCI version 30 is 2024's
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"({'|'.join(_MONTHS)})[a-z]*"
_DAY = rf"{_MONTH}\.? (\d{{1,2}}), ?(20\d\d)"
_RANGE = re.compile(rf"{_DAY} (?:through|to|-) {_DAY}")
_QUARTER = re.compile(r"(?<!\d)(20\d\d)[ _-]?q([1-4])(?!\d)")
_EFFECTIVE = re.compile(r"eff[a-z]*[ _-](\d\d)[-/](\d\d)[-/](20\d\d)")
_NCCI = re.compile(r"(?<![a-z0-9])v(\d\d)([0-3])r(\d)")
_RELEASE = re.compile(r"(?<![a-z])(?:rvu(\d\d)|20(\d\d))([a-d])(r?)(?![a-z])")
_YEAR_MONTH = re.compile(rf"(20\d\d)[ _-]?{_MONTH}(?![a-z])")
_MONTH_YEAR = re.compile(rf"(?<![a-z]){_MONTH}[ _-]+(?:(\d{{1,2}})[ ,_-]+)?(20\d\d)")
_RELEASED_IN = re.compile(rf"(20\d\d) .*relative value file {_MONTH} release")
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d)(?:-(\d\d))?(?!\d)")
_BARE = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ONLY_QUARTER = re.compile(r"(20\d\d)q([1-4])")
_PUBLISHED = re.compile(r"(?:released|updated|as of)[: ]+(\d{1,2})/(\d{1,2})/(20\d\d)")


def quarter(text: str) -> Period:
    """The dates of `2024Q3`, or of a whole year.  Raises Refused for anything else.

    >>> quarter("2024Q3").last
    datetime.date(2024, 9, 30)
    """
    plain = text.strip().lower()
    found = _ONLY_QUARTER.fullmatch(plain)
    if found:
        return _quarter(int(found[1]), int(found[2]))
    if _BARE.fullmatch(plain):
        return Period(date(int(plain), 1, 1), date(int(plain), 12, 31))
    raise Refused(f"a quarter is written like 2024Q3, a year like 2024, not {text!r}.")


def period_in(text: str, span: str = QUARTER, *, is_a_year_enough: bool = True) -> Period | None:
    """The dates that a title, a cell or a file name gives, or None where it gives none."""
    plain = " ".join(text.lower().split())
    for pattern, read in _READERS if is_a_year_enough else _READERS[:-1]:
        found = pattern.search(plain)
        if found:
            return read(found, span)
    return None


def revision_in(text: str) -> int:
    """Which correction of its quarter a file is, by its name; 0 is the first publication."""
    plain = text.lower()
    version, release = _NCCI.search(plain), _RELEASE.search(plain)
    if version:
        return int(version[3])
    return int(bool(release and release[4]))


def published_in(text: str) -> date | None:
    """The day a title says that the file was released."""
    found = _PUBLISHED.search(" ".join(text.lower().split()))
    return date(int(found[3]), int(found[1]), int(found[2])) if found else None


def named(period: Period) -> str:
    """The short name of the dates: 2024Q3, 2024, FY2026 or its first date."""
    first, last = period
    if period == _quarter(first.year, _quarter_of(first.month)):
        return f"{first.year}Q{_quarter_of(first.month)}"
    if period == (date(first.year, 1, 1), date(first.year, 12, 31)):
        return str(first.year)
    if period == (date(first.year, 10, 1), date(first.year + 1, 9, 30)):
        return f"FY{last.year}"
    return first.isoformat()


def spanned(period: Period) -> str:
    """A stretch of dates by its quarters where it is made of them: 2024Q4 to 2026Q1; else in full."""
    one, other = _quarter_with(period.first), _quarter_with(period.last)
    if (one.first, other.last) != period:
        return f"{period.first} to {period.last}"
    return named(one) if one == other else f"{named(one)} to {named(other)}"


def whole_quarter(period: Period) -> Period:
    """The quarter that a period ends with."""
    return _quarter_with(period.last)


def _quarter_with(day: date) -> Period:
    return _quarter(day.year, _quarter_of(day.month))


def _quarter_of(month: int) -> int:
    return (month + 2) // 3


def _quarter(year: int, number: int) -> Period:
    first = date(year, 3 * number - 2, 1)
    after = date(year + number // 4, 3 * number % 12 + 1, 1)
    return Period(first, after - timedelta(days=1))


def _from(first: date, span: str) -> Period:
    """From a day to the end of the span it lies in."""
    if span == FISCAL:
        return Period(first, date(first.year + (first.month > 9), 9, 30))
    return Period(first, _quarter(first.year, _quarter_of(first.month)).last)


def _month(name: str) -> int:
    return _MONTHS.index(name) + 1


def _range(found: re.Match[str], span: str) -> Period:  # noqa: ARG001 - one shape for all readers
    return Period(
        date(int(found[3]), _month(found[1]), int(found[2])),
        date(int(found[6]), _month(found[4]), int(found[5])),
    )


def _release(found: re.Match[str], span: str) -> Period:  # noqa: ARG001
    return _quarter(2000 + int(found[1] or found[2]), "abcd".index(found[3]) + 1)


def _bare(found: re.Match[str], span: str) -> Period:
    year = int(found[1])
    if span == FISCAL:
        return Period(date(year - 1, 10, 1), date(year, 9, 30))
    return Period(date(year, 1, 1), date(year, 12, 31)) if span == YEAR else _quarter(year, 1)


def _numbered(found: re.Match[str], span: str) -> Period:  # noqa: ARG001
    return _quarter(int(found[1]), int(found[2]))


def _effective(found: re.Match[str], span: str) -> Period:
    return _from(date(int(found[3]), int(found[1]), int(found[2])), span)


def _version(found: re.Match[str], span: str) -> Period:  # noqa: ARG001
    return _quarter(FIRST_NCCI_YEAR + int(found[1]), int(found[2]) + 1)


def _year_month(found: re.Match[str], span: str) -> Period:
    return _from(date(int(found[1]), _month(found[2]), 1), span)


def _month_year(found: re.Match[str], span: str) -> Period:
    return _from(date(int(found[3]), _month(found[1]), int(found[2] or 1)), span)


def _iso(found: re.Match[str], span: str) -> Period:
    return _from(date(int(found[1]), int(found[2]), int(found[3] or 1)), span)


_READERS = (
    (_RANGE, _range),
    (_QUARTER, _numbered),
    (_EFFECTIVE, _effective),
    (_NCCI, _version),
    (_RELEASE, _release),
    (_RELEASED_IN, _year_month),
    (_YEAR_MONTH, _year_month),
    (_MONTH_YEAR, _month_year),
    (_ISO, _iso),
    (_BARE, _bare),
)
