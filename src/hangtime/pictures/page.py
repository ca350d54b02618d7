"""A coded encounter as one HTML page that needs nothing else: no request, no font, no script.

The codes come first, then the timeline, then each line with its reasons and their sources, what is
not reported and why, what a missing fact would add, findings, and what the answer rests on.
Choosing a bar leads to its line and a line leads to its bars; a small script, which the page can
do without, lights them together.  Everything charted is escaped, and the page's own policy forbids
any other script, style or request.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from hangtime import explain
from hangtime.model import Line, NotReported, Outcome, Reason
from hangtime.pictures import captions, svg

_FOOTER = (
    "Codes the chart supports, with reasons. Whether a service was necessary, covered or paid is"
    " not decided here."
)
_MARKS = {
    "counted": "Bar: counted",
    "push or injection": "Diamond: push or injection",
    "end uncertain": "Hatched: the end is uncertain",
    "not counted": "Dotted: time that does not count",
    "not reported": "Dashed outline: not reported",
    "concurrent": "Underlined (∥): ran together with another drug",
}
_LAYOUTS = (svg.NARROW, svg.MEDIUM, svg.WIDE)


def render(outcome: Outcome) -> str:
    """The page, complete from doctype to the end, in UTF-8."""
    css, script = _read("page.css") + svg.style(), _read("page.js")
    title = _text(captions.title(outcome))
    policy = (
        f"default-src 'none'; style-src {_digest(css)}; script-src {_digest(script)};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<link rel="icon" href="data:,">',
        f"<title>{title}</title>",
        f"<style>{css}</style>",
        "</head>",
        "<body>",
        f"<header><h1>{_text(captions.name(outcome))}</h1>{_summary(outcome)}</header>",
        "<main>",
        *_codes(outcome),
        *_picture(outcome),
        *_reasons(outcome),
        *_not_reported(outcome),
        *_possible(outcome),
        *_findings(outcome),
        *_basis(outcome),
        "</main>",
        f"<footer>{_FOOTER}</footer>",
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


# -- Sections -------------------------------------------------------------------------------------


def _summary(outcome: Outcome) -> str:
    given = {each for bar in outcome.timeline for each in bar.administrations}
    counts = (
        (len(given), "administration", "administrations"),
        (len(outcome.lines), "line", "lines"),
        (len(outcome.not_reported), "thing left off", "things left off"),
        (len(outcome.findings), "finding", "findings"),
    )
    counted = [f"{n} {one if n == 1 else many}" for n, one, many in counts if n]
    words = " · ".join([captions.days(outcome), *counted] if outcome.timeline else counted)
    return f'<p class="quiet">{words}</p>' if words else ""


def _codes(outcome: Outcome) -> Iterator[str]:
    yield '<section aria-labelledby="codes"><h2 id="codes">The chart supports</h2>'
    if not outcome.lines:
        yield "<p>No line of this family.</p></section>"
        return
    yield (
        "<table><caption>Claim lines, in claim order</caption><thead><tr>"
        '<th scope="col">Code</th><th scope="col" class="number">Units</th>'
        '<th scope="col">Date</th><th scope="col">Given</th></tr></thead><tbody>'
    )
    for n, line in enumerate(outcome.lines, start=1):
        code = _text(explain.code_in_words(line.code, 1, line.modifiers))
        yield (
            f'<tr><td><a class="code" href="#line-{n}">{code}</a></td>'
            f'<td class="number">{line.units}</td>'
            f'<td class="date">{line.date_of_service or "not known"}</td>'
            f"<td>{_text(_given(line, outcome))}</td></tr>"
        )
    yield "</tbody></table></section>"


def _picture(outcome: Outcome) -> Iterator[str]:
    if not outcome.timeline:
        return
    yield '<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>'
    needed = captions.legend(outcome.timeline)
    marks = " ".join(f"{_MARKS[kind]}." for kind, is_needed in needed.items() if is_needed)
    yield f'<p class="quiet small">Each bar leads to its line. {marks}</p>'
    yield '<div class="picture">'
    for layout in _LAYOUTS:
        yield svg.timeline(
            outcome.timeline,
            title="Timeline of what was given",
            layout=layout,
            href=lambda index, layout=layout: _destination(outcome, layout, index),
        )
    yield "</div></section>"


def _reasons(outcome: Outcome) -> Iterator[str]:
    if not outcome.lines:
        return
    yield '<section aria-labelledby="reasons"><h2 id="reasons">Why each line</h2><ol>'
    for n, line in enumerate(outcome.lines, start=1):
        bars = captions.bars_of(line.administrations, outcome.timeline)
        day = f'<span class="quiet">{line.date_of_service}</span>' if line.date_of_service else ""
        yield (
            f'<li class="card" id="line-{n}" data-bars="{_numbers(bars)}"><div class="head"><h3>'
            f'<span class="code">{_text(captions.line_code(line))}</span></h3>{day}</div>'
            f"{_product(line)}{_from(bars, outcome)}{_because(line.rules)}</li>"
        )
    yield "</ol></section>"


def _product(line: Line) -> str:
    """NDC and narrative of a drug line."""
    words = explain.product_in_words(line)
    return f'<p class="quiet">{_text(words)}</p>' if words else ""


def _not_reported(outcome: Outcome) -> Iterator[str]:
    if not outcome.not_reported:
        return
    yield '<section aria-labelledby="left-off"><h2 id="left-off">Not reported</h2><ul>'
    for n, each in enumerate(outcome.not_reported, start=1):
        bars = captions.bars_of(_about(each), outcome.timeline)
        yield (
            f'<li class="card" id="left-off-{n}" data-bars="{_numbers(bars)}">'
            f"<h3>{_text(captions.named((each.what,), outcome.timeline))}</h3>{_from(bars, outcome)}{_because((each.reason,))}</li>"
        )
    yield "</ul></section>"


def _possible(outcome: Outcome) -> Iterator[str]:
    if not outcome.possible:
        return
    yield (
        '<section aria-labelledby="possible"><h2 id="possible">Possible, if it happened and is'
        ' documented</h2><ul class="list">'
    )
    for each in outcome.possible:
        need = each.need.administration
        about = captions.one_named(need, outcome.timeline)
        bars = captions.bars_of((need,), outcome.timeline) if need else []
        words = _text(_capital(explain.explain_possible(each, about)))
        yield f"<li>{words}{_from(bars, outcome, 'See')}</li>"
    yield "</ul></section>"


def _findings(outcome: Outcome) -> Iterator[str]:
    if not outcome.findings:
        return
    yield ('<section aria-labelledby="findings"><h2 id="findings">Findings</h2><ul class="list">')
    for each in outcome.findings:
        severity = _text(each.severity)
        bars = captions.bars_of(each.administrations, outcome.timeline)
        ids = ", ".join(each.administrations) if not bars else ""
        about = f' <span class="quiet">({_text(ids)})</span>' if ids else ""
        yield (
            f'<li><span class="severity {severity}">{severity.capitalize()}</span>: '
            f"{_text(explain.explain_finding(each))}{about} {_rule(each.reason)}"
            f"{_from(bars, outcome, 'See')}{_cites(each.reason)}</li>"
        )
    yield "</ul></section>"


def _basis(outcome: Outcome) -> Iterator[str]:
    if outcome.policy is None:
        return
    basis = outcome.policy
    rows = (
        ("Profile", basis.profile),
        ("Edition", basis.edition),
        *((captions.table_name(key), version) for key, version in basis.tables.items()),
        ("Rules", basis.rules),
    )
    yield '<section aria-labelledby="basis"><h2 id="basis">What this rests on</h2><dl>'
    yield from (f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in rows)
    yield "</dl></section>"


# -- Pieces ---------------------------------------------------------------------------------------


def _destination(outcome: Outcome, layout: svg.Layout, index: int) -> str:
    """Where a bar leads: its line, else why it is left off, else itself."""
    bar = outcome.timeline[index]
    if bar.codes and (lines := captions.lines_of(bar, outcome.lines)):
        return f"#line-{lines[0] + 1}"
    for n, each in enumerate(outcome.not_reported, start=1):
        if set(bar.administrations).intersection(_about(each)):
            return f"#left-off-{n}"
    return f"#{svg.bar_id(layout, index)}"


def _about(left_off: NotReported) -> tuple[str, ...]:
    return left_off.administrations or (left_off.what,)


def _given(line: Line, outcome: Outcome) -> str:
    """The drugs of a line; administration ids where the timeline has none of them."""
    bars = captions.bars_of(line.administrations, outcome.timeline)
    drugs = dict.fromkeys(outcome.timeline[n].drug for n in bars)
    return ", ".join(drugs or line.administrations)


def _from(bars: list[int], outcome: Outcome, word: str = "From") -> str:
    """Links to the bars, one set for each drawing; only the one in view is shown."""
    if not bars:
        return ""
    sets = (
        f'<span class="to-{layout.name}">'
        + ", ".join(_to_bar(layout, n, outcome) for n in bars)
        + "</span>"
        for layout in _LAYOUTS
    )
    return f'<p class="from">{word} {"".join(sets)}</p>'


def _to_bar(layout: svg.Layout, index: int, outcome: Outcome) -> str:
    bar = outcome.timeline[index]
    words = f"{bar.drug} {captions.times(bar)}".strip()
    return f'<a href="#{svg.bar_id(layout, index)}">{_text(words)}</a>'


def _because(reasons: Iterable[Reason]) -> str:
    items = "".join(
        f"<li>{_text(explain.sentence(reason))} {_rule(reason)}{_cites(reason)}</li>"
        for reason in reasons
    )
    return f'<ol class="reasons">{items}</ol>' if items else ""


def _rule(reason: Reason) -> str:
    return f'<span class="rule">{_text(reason.rule)}</span>'


def _cites(reason: Reason) -> str:
    sources = explain.sources(reason)
    found = [_link(source.url, explain.citation(source)) for source in sources]
    found = found or [_text(each) for each in explain.citations(reason)]
    cites = "".join(f"<li>{each}</li>" for each in found)
    return f'<ul class="cites">{cites}</ul>' if cites else ""


def _link(url: str, words: str) -> str:
    if not url.startswith(("https://", "http://")):
        return _text(words)
    return f'<a href="{_text(url)}" rel="noreferrer">{_text(words)}</a>'


def _numbers(bars: list[int]) -> str:
    return " ".join(str(n + 1) for n in bars)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _text(text: str) -> str:
    return escape("".join(char if char.isprintable() else "\ufffd" for char in text))


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _read(name: str) -> str:
    return files("hangtime.pictures").joinpath(name).read_text(encoding="utf-8")
