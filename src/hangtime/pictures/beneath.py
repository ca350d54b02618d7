"""What stands beneath the terminal picture: lines with their reasons, and all that was left off."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from hangtime import explain
from hangtime.model import Outcome, Reason
from hangtime.pictures import captions
from hangtime.pictures.columns import clean, wrapped

# Colours by the part a text plays; severities that are not here are not coloured.
COLOURS = {"head": "1", "code": "1;36", "quiet": "2", "warning": "33", "error": "31"}

Paint = Callable[[str, str], str]


class Words:
    """The lists beneath the picture.  Sources are numbered as they come up and listed once."""

    def __init__(self, outcome: Outcome, width: int, paint: Paint) -> None:
        self.outcome, self.width, self.paint = outcome, width, paint
        self._sources: dict[str, int] = {}

    def lines(self) -> list[str]:
        """The lines with the reasons of each."""
        if not self.outcome.lines:
            return [self.paint("head", "The chart supports no line of this family")]
        found = [self.paint("head", "The chart supports")]
        longest = max(len(captions.line_code(line)) for line in self.outcome.lines)
        for line in self.outcome.lines:
            code = f"{captions.line_code(line):<{longest}}"
            given = captions.named(line.administrations, self.outcome.timeline)
            day = str(line.date_of_service) if line.date_of_service else "no date"
            rest = textwrap.wrap(clean(f"{day}  {given}"), self.width - longest - 4) or [""]
            found.append(f"  {self.paint('code', code)}  {rest[0]}")
            found += [" " * (longest + 4) + each for each in rest[1:]]
            product = explain.product_in_words(line)
            found += self._wrapped(product, "    ") if product else []
            for reason in line.rules:
                found += self._wrapped(self._said(reason), "    • ")
        return found

    def not_reported(self) -> list[str]:
        """What was left off, and why."""
        rows: list[str] = []
        for each in self.outcome.not_reported:
            what = captions.named((each.what,), self.outcome.timeline)
            rows += self._wrapped(f"{what}: {self._said(each.reason)}", "  • ")
        return self._headed("Not reported", rows)

    def possible(self) -> list[str]:
        """What a missing fact would add."""
        rows: list[str] = []
        for each in self.outcome.possible:
            about = captions.one_named(each.need.administration, self.outcome.timeline)
            rows += self._wrapped(explain.explain_possible(each, about), "  • ")
        return self._headed("Possible, if it happened and is documented", rows)

    def findings(self) -> list[str]:
        """What someone should look at."""
        rows: list[str] = []
        for each in self.outcome.findings:
            about = captions.named(each.administrations, self.outcome.timeline)
            words = f"{each.severity}: {self._said(each.reason)}"
            found = self._wrapped(f"{words} {about}".rstrip(), "  • ")
            is_marked = each.severity in COLOURS
            rows += [self.paint(each.severity, row) for row in found] if is_marked else found
        return self._headed("Findings", rows)

    def sources(self) -> list[str]:
        """What was cited so far, by its numbers."""
        margin = len(str(len(self._sources)))
        rows = [
            self.paint("quiet", row)
            for source, number in self._sources.items()
            for row in self._wrapped(source, f"  {number:>{margin}}  ")
        ]
        return self._headed("Sources", rows)

    def basis(self) -> list[str]:
        """What the outcome rests on, in one paragraph."""
        if self.outcome.policy is None:
            return []
        basis = self.outcome.policy
        tables = "".join(
            f", {captions.table_name(key)} {version}" for key, version in basis.tables.items()
        )
        words = f"Profile {basis.profile}, edition {basis.edition}{tables}"
        words += f", rules {basis.rules[:12]}"
        return [self.paint("quiet", each) for each in self._wrapped(words, "")]

    def _said(self, reason: Reason) -> str:
        """The sentence, and in brackets the rule and the numbers of its sources."""
        cited = sorted(
            self._sources.setdefault(each, len(self._sources) + 1)
            for each in explain.citations(reason)
        )
        where = f": {', '.join(map(str, cited))}" if cited else ""
        return f"{explain.sentence(reason)} [{reason.rule}{where}]"

    def _headed(self, title: str, rows: list[str]) -> list[str]:
        return [self.paint("head", title), *rows] if rows else []

    def _wrapped(self, words: str, lead: str) -> list[str]:
        return wrapped(words, self.width, lead)
