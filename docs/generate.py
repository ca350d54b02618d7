"""Writes the reference: what the package itself can say is asked of the package.

Rules, profiles, editions, commands, input faults and the public names are read from the code that
runs; the drawn cases from the tests.  The same package gives the same bytes, so a page is never
edited and never stale.  `make docs` runs this first.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
KIND = {
    "reason": "a reason for a line",
    "left_off": "a reason for leaving something off",
    "finding": "a finding for someone to look at",
}
MOST_CASES = 8
UNDRAWN = {"claims", "necessity"}  # topics whose rules no drawn chart meets
UNSEEN = (
    "## What no rule here sees",
    "",
    "- An order that is in no field of the chart: unsigned and late orders are seen, a missing one is not.",
    "- Whether the note of a visit with 25 shows work beyond what was given.",
    "- Whether the chart describes the need, beyond the diagnosis that it names.",
    "- Records that were asked for and not sent.",
    "",
)
WIDTH = 80


def pages() -> dict[str, str]:
    """Text of each page by its path below `docs/reference`; of the shipped tables alone."""
    os.environ["HANGTIME_STORE"] = os.devnull
    security = neighbour("security_pages")
    return {
        **rule_pages(),
        "asvs.md": security.asvs_page(),
        "permissions.md": security.permissions_page(),
        "changes.md": (ROOT / "CHANGELOG.md").read_text("utf-8"),
        "commands.md": commands_page(),
        "denials.md": denials_page(),
        "editions.md": editions_page(),
        **http_page(),
        "glossary.md": (ROOT / "GLOSSARY.md").read_text("utf-8"),
        "input-faults.md": faults_page(),
        "policies.md": policies_page(),
        "python.md": python_page(),
        **neighbour("record_pages").pages(),
        **neighbour("speed_pages").pages(),
    }


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    names = list(header)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(cell(each) for each in line)} |\n" for line in lines)


def cell(text: str) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


# --- Rules ---------------------------------------------------------------------------------------


def rule_pages() -> dict[str, str]:
    """An index by topic, and a page for each rule with the cases in which it is used."""
    importlib.import_module("hangtime.engine")  # registers every card
    from hangtime import edits, necessity
    from hangtime.rules._card import CARDS

    used = cases_by_rule()
    cards = sorted([*CARDS, *edits.cards(), *necessity.cards()], key=lambda card: card.id)
    each = {f"rules/{card.id}.md": rule_page(card, used.get(card.id, [])) for card in cards}
    return {"rules/index.md": rules_page(cards)} | each


def rules_page(cards: list[Any]) -> str:
    lines = [
        "# Rules",
        "",
        "Every sentence Hangtime can give as a reason; its page has the sources and the cases.",
        "`hangtime rules ID` prints one, and the id stands in every output.",
        "",
    ]
    for kind, title in KIND.items():
        rows = [
            [f"[{card.id}]({card.id}.md)", prose(card.says)] for card in cards if card.kind == kind
        ]
        lines += [f"## {title.capitalize()}", "", table(["Rule", "Says"], rows)]
    return "\n".join(lines)


def rule_page(card: Any, cases: list[tuple[str, str]]) -> str:
    lines = [f"# {card.id}", "", f"> {prose(card.says)}", "", f"It is {KIND[card.kind]}.", ""]
    if card.facts:
        lines += [
            f"Facts it names: {', '.join(f'`{fact}`' for fact in dict.fromkeys(card.facts))}.",
            "",
        ]
    if card.spec:
        lines += [f"In the specification: {', '.join(card.spec)}.", ""]
    lines += ["## Sources", "", *(source(each) for each in card.cites), ""]
    stops = denials_of(card.id)
    if stops:
        lines += ["## Denials it stops", "", *stops, ""]
    if card.topic in UNDRAWN:
        return "\n".join(lines)
    lines += ["## Cases", ""]
    shown = [f"- [{title}](../spec/{place})" for title, place in cases[:MOST_CASES]]
    further = len(cases) - len(shown)
    lines += shown or ["No drawn case gives this reason yet."]
    return "\n".join([*lines, *([f"- and {further} more"] if further else []), ""])


def denials_of(rule: str) -> list[str]:
    """What reviewers deny that this rule stops."""
    from hangtime.edits.denials import denials

    return [
        f"- [{each.finds}](../denials.md#{each.id})" for each in denials() if rule in each.rules
    ]


def denials_page() -> str:
    """What reviewers publish that they deny, by what they find."""
    from hangtime.edits.denials import denials

    listed = denials()
    lines = [
        "# Denials",
        "",
        "What contractors, auditors and payers publish that they deny of these services and their drugs,",
        "who says so, and the rule here that stops it.",
        "`hangtime rules --denials` prints the table, and a test runs what each row draws.",
        "",
        table(
            ["Denial", "Found", "Stopped by"],
            (
                [f"[{each.id}](#{each.id})", each.finds, ", ".join(map(rule_link, each.rules))]
                for each in listed
            ),
        ),
    ]
    for each in listed:
        lines += [f"## {each.id}", "", each.finds, ""]
        if each.chart:
            lines += ["Charted:", "", *(f"- {part}" for part in each.chart.split("; ")), ""]
        if each.claim:
            lines += [f"Billed ({each.setting}): {each.claim}", ""]
        lines += [f"Stopped by {', '.join(map(rule_link, each.rules))}.", ""]
        lines += [*(source(cited) for cited in each.sources), ""]
    return "\n".join([*lines, *UNSEEN])


def rule_link(id: str) -> str:
    """To the rule's page."""
    return f"[{id}](rules/{id}.md)"


def prose(sentence: str) -> str:
    """A rule's sentence with its facts marked as such."""
    return sentence.replace("{", "*").replace("}", "*")


def source(cited: Any) -> str:
    words = f"[{cited}]({cited.url})" if cited.url else str(cited)
    seen = "" if cited.evidence == "seen" else " (common knowledge of the trade; no copy was read)"
    return f"- {words}, read {cited.read_on}{seen}"


def cases_by_rule() -> dict[str, list[tuple[str, str]]]:
    """Title and place of each drawn case that gives a rule as a reason, found by coding them all."""
    drawn = spec_pages()
    module = drawn.cases_module()
    found: dict[str, dict[tuple[str, str], None]] = {}
    for case in module.collect(drawn.CASES):
        place = (case.title, f"{case.chapter}.md#{drawn.anchor(case)}")
        for rule in reasons(coded(case, module)):
            found.setdefault(rule, {})[place] = None
    return {rule: list(places) for rule, places in found.items()}


def coded(case: Any, module: ModuleType) -> Any:
    """What the engine makes of a drawn case, under the switches it draws."""
    from hangtime.engine import Coder

    with tempfile.TemporaryDirectory() as folder:
        if case.policy:
            Path(folder, "drawn.toml").write_text(module.profile_text(case), encoding="utf-8")
            case = replace(case, payer="drawn")
        return Coder(policies=(Path(folder),)).code(module.encounter(case))


def reasons(outcome: Any) -> Iterator[str]:
    for line in outcome.lines:
        yield from (reason.rule for reason in line.rules)
    for other in (*outcome.not_reported, *outcome.findings):
        yield other.reason.rule


def spec_pages() -> ModuleType:
    """The neighbour that writes the chapters of drawn cases."""
    return neighbour("spec_pages")


def neighbour(name: str) -> ModuleType:
    """A module that lies beside this one."""
    found = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


# --- What a date or a payer chooses --------------------------------------------------------------


def editions_page() -> str:
    from hangtime.codesets.editions import editions
    from hangtime.codesets.tables import code_rows

    lines = [
        "# Editions",
        "",
        "The date of service chooses the edition, and nothing else does.",
        "A date that no edition of thresholds and codes covers is set aside;",
        "a date without a table of edits is a finding, and the line stands.",
        "",
        table(
            ["Name", "Kind", "Setting", "From", "Until", "Digest", "Source"],
            (
                [e.name, e.kind, e.setting or "both", e.first, e.last, e.digest[:12], e.source]
                for e in editions()
            ),
        ),
        "## Codes",
        "",
        "Labels are Hangtime's own words.",
        "The descriptors belong to the American Medical Association and are not shipped.",
        "",
        table(
            ["Code", "Family", "In our words", "From", "Until"],
            ([r.number, r.family, r.label, r.first, r.last] for r in code_rows().values()),
        ),
    ]
    return "\n".join(lines)


def policies_page() -> str:
    from hangtime.policies.catalogue import switches

    lines = [
        "# Policies",
        "",
        "Where authorities disagree there is a switch, and a payer is a profile that sets some.",
        "`hangtime policy show PROFILE` prints where each stands, `hangtime policy diff A B` where two differ.",
        "",
        "## Profiles",
        "",
        table(["Profile", "For", "Sets away from the default"], profile_rows()),
        "## Switches",
        "",
    ]
    for switch in switches():
        lines += switch_section(switch)
    return "\n".join(lines)


def profile_rows() -> Iterator[list[str]]:
    """Each setting with each payer: what its profile sets away from the default."""
    from hangtime.errors import UnknownPolicy
    from hangtime.policies.catalogue import switches
    from hangtime.policies.policy import SETTINGS, payers, profile

    for setting in SETTINGS:
        for payer in payers():
            try:
                found = profile(setting, payer)
            except UnknownPolicy:  # a profile of the other setting only
                continue
            away = [
                f"`{each.name}` = `{found.positions[each.name]}`"
                for each in switches()
                if found.positions[each.name] != each.default
            ]
            yield [f"`{found.name}`", found.title, ", ".join(away) or "nothing"]


def switch_section(switch: Any) -> Iterator[str]:
    yield from (f"### {switch.name}", "", switch.question, "")
    yield from (f"Default: `{switch.default}`. {switch.why}", "")
    if switch.positions:
        yield table(
            ["Position", "Says", "Held by"],
            ([f"`{each.value}`", each.says, each.who] for each in switch.positions),
        )


# --- What a person or a program types ------------------------------------------------------------


def commands_page() -> str:
    from hangtime.cli import hangtime

    lines = ["# Commands", ""]
    for context in contexts(hangtime, "hangtime"):
        name, text = context.command_path, context.get_help().rstrip()
        lines += [f"## `{name}`", "", "```text", text, "```", ""]
    return "\n".join(lines)


def http_page() -> dict[str, str]:
    """The HTTP API from its OpenAPI document; nothing where the service's libraries are absent."""
    if importlib.util.find_spec("fastapi") is None:
        return {}
    from hangtime.web.app import document
    from hangtime.web.problems import KINDS, TYPE

    described = document()
    lines = [
        "# HTTP",
        "",
        "Everything the pages do, for programs.",
        "Sign in by `POST /api/v1/session`, or send a token as `Authorization: Bearer`.",
        "`GET /api/v1/openapi.json` is the whole description, with every field of every form.",
        "",
    ]
    by_tag: dict[str, list[list[str]]] = {}
    for path, operations in described["paths"].items():
        for method, each in operations.items():
            words = " ".join(each.get("description", "").split("\n\n")[0].split())
            row = [f"`{method.upper()} {path}`", words, each["x-permission"]]
            by_tag.setdefault(each["tags"][0], []).append(row)
    for tag, rows in sorted(by_tag.items()):
        lines += [f"## {tag.capitalize()}", "", table(["Route", "Does", "Asks for"], rows)]
    problems = [[f"`{TYPE}{kind}`", str(status), title] for kind, (status, title) in KINDS.items()]
    lines += [
        "## Problems",
        "",
        "Every error is a problem document (RFC 9457) of one of these types.",
        "Its `errors` name the fields that are wrong, and never what stood in them.",
        "",
        table(["Type", "Status", "Title"], problems),
    ]
    return {"http.md": "\n".join(lines)}


def contexts(command: Any, name: str, parent: Any = None) -> Iterator[Any]:
    """A command and all below it, each as it would be called."""
    import click

    settings = {"max_content_width": WIDTH, "terminal_width": WIDTH} | command.context_settings
    context = click.Context(command, info_name=name, parent=parent, **settings)
    yield context
    if isinstance(command, click.Group):
        for each in sorted(command.list_commands(context)):
            below = command.get_command(context, each)
            if below is not None:
                yield from contexts(below, each, context)


def faults_page() -> str:
    from hangtime.formats._faults import FAULTS, full_sentence

    rows = ([f"`{id}`", prose(full_sentence(each)), each.source] for id, each in FAULTS.items())
    lines = [
        "# Input faults",
        "",
        "Ways in which a file can be wrong.",
        "Each is a finding that names file, line and field, and never the value.",
        "",
        table(["Id", "Says", "Breaks"], rows),
    ]
    return "\n".join(lines)


def python_page() -> str:
    import hangtime

    lines = ["# Python", "", (hangtime.__doc__ or "").strip(), ""]
    for name in getattr(hangtime, "__all__", ()):
        if not name.startswith("__"):
            text = (getattr(hangtime, name).__doc__ or "").strip()
            lines += [f"## `{name}`", "", text.split("\n\n    ")[0], ""]
    return "\n".join(lines)


def write(folder: Path = REFERENCE) -> int:
    """Write every page of the reference, and the drawn cases; the number written."""
    found = pages()
    for name, text in found.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.rstrip() + "\n", encoding="utf-8")
    return len(found) + len(spec_pages().write(folder / "spec"))


if __name__ == "__main__":
    print(f"{write()} pages of reference")
