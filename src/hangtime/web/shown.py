"""How a fact is written on a page: clock times, durations, amounts, money, counts.

Each is a filter of the templates by its name.  A moment is an aware datetime and is shown in the
zone that is given, else in its own; what is None is shown as an em dash, never as nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

NOTHING = "—"


def clock(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """A clock time, "09:05", as it is read at a glance."""
    return NOTHING if moment is None else f"{_in(moment, zone):%H:%M}"


def exact_clock(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """A clock time as it was charted, "09:05", with its seconds where there are some: "09:05:20"."""
    if moment is None:
        return NOTHING
    local = _in(moment, zone)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def day(moment: datetime | date | None, zone: ZoneInfo | None = None) -> str:
    """A date, "12 Mar 2025"."""
    if moment is None:
        return NOTHING
    local = _in(moment, zone) if isinstance(moment, datetime) else moment
    return f"{local.day} {local:%b %Y}"


def day_and_clock(moment: datetime | None, zone: ZoneInfo | None = None) -> str:
    """A date and a clock time, "12 Mar 2025 09:05"."""
    return NOTHING if moment is None else f"{day(moment, zone)} {clock(moment, zone)}"


def machine(moment: datetime | None) -> str:
    """The moment for a `datetime` attribute: RFC 3339 with its offset; empty where there is none."""
    return "" if moment is None else moment.isoformat(timespec="seconds")


def duration(length: timedelta | float | None) -> str:
    """A length of time, "1 h 31 min", "45 min", "under a minute"; a number is minutes."""
    if length is None:
        return NOTHING
    seconds = length.total_seconds() if isinstance(length, timedelta) else length * 60
    minutes, sign = int(abs(seconds) // 60), "−" if seconds <= -60 else ""
    if minutes == 0:
        return "under a minute"
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{rest} min" if rest else ""]
    return sign + " ".join(part for part in parts if part)


def age(length: timedelta | None) -> str:
    """How old something is, in its largest unit: "3 d", "5 h", "12 min"."""
    if length is None:
        return NOTHING
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes >= 24 * 60:
        return f"{minutes // (24 * 60)} d"
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def stopwatch(length: timedelta | None) -> str:
    """What a running clock shows, "1:31:05"; below zero is zero."""
    if length is None:
        return NOTHING
    seconds = max(0, int(length.total_seconds()))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def money(dollars: Decimal | float | None) -> str:
    """US dollars, "$1,234.50", "−$12.00"."""
    if dollars is None:
        return NOTHING
    amount = Decimal(str(dollars)).quantize(Decimal("0.01"))
    return f"{'−' if amount < 0 else ''}${abs(amount):,}"


def quantity(number: Decimal | float | str | None, unit: str = "") -> str:
    """A number without idle zeros and its unit: "2.5 mL", "1,200 mg"; a text stands as charted."""
    if number is None:
        return NOTHING
    words = number if isinstance(number, str) else _plain(Decimal(str(number)))
    # A number and its unit are never parted by the end of a line.
    return f"{words}\N{NO-BREAK SPACE}{unit}" if unit else words


def counted(number: int, one: str, many: str | None = None) -> str:
    """How many of something, "1 line", "2 lines", "no lines"."""
    word = one if number == 1 else many or f"{one}s"
    return f"{number:,} {word}" if number else f"no {word}"


def payer(name: str | None) -> str:
    """A payer by its name with a large letter, "Medicare"; profiles are named in small ones."""
    return f"{name[:1].upper()}{name[1:]}" if name else NOTHING


def _plain(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _in(moment: datetime, zone: ZoneInfo | None) -> datetime:
    return moment.astimezone(zone) if zone is not None and moment.tzinfo is not None else moment


FILTERS: dict[str, Callable[..., str]] = {
    each.__name__: each
    for each in (
        age, clock, counted, day, day_and_clock, duration, exact_clock, machine, money, payer, quantity,
        stopwatch,
    )
}  # fmt: skip
