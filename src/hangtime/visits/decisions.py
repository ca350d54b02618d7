"""What coders, nurses and the coding itself can say about a visit: one frozen record a kind.

Kept in the ledger as canonical JSON beside the chart's entries: `coding`, what the record supports
at one moment; `decision`, what people made of it; `release`, what went out as claim lines.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, NamedTuple

import msgspec

from hangtime.chart.bodies.words import check

CODING, DECISION, RELEASE = "coding", "decision", "release"
STREAMS = frozenset({CODING, DECISION, RELEASE})

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Remark = Annotated[str, msgspec.Meta(max_length=4000)]
Code = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9][0-9]{3}[A-Z0-9]$")]  # CPT or HCPCS Level II
Modifier = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9]{2}$")]
Modifiers = Annotated[tuple[Modifier, ...], msgspec.Meta(max_length=4)]
LineNumber = Annotated[int, msgspec.Meta(ge=1, le=999)]
Units = Annotated[int, msgspec.Meta(ge=1, le=9_999)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class _Said(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True,
    forbid_unknown_fields=True,
):  # fmt: skip
    """A body; its `kind` in JSON says which.  A text that cannot be shown is a ValueError."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            check(name, getattr(self, name))


class Coded(_Said, frozen=True, kw_only=True, tag="coded"):
    """The record as coded: encounter and outcome as the contract writes them.

    `record_seq`: the last ledger entry the encounter was made of.  `coded_by`: a coder asked for it
    (`person`), the visit was closed (`closing`), or the encounter was charted in another system and
    loaded (`loading`).  `prices`: the estimated amount of each line, and the worth of the fact of each
    possible line, as the tables of that day gave them.
    """

    record_seq: Seq
    encounter: dict[str, Any]
    outcome: dict[str, Any]
    coded_by: str = "person"
    prices: dict[str, Any] | None = None


class _OfCoding(_Said, frozen=True, kw_only=True):
    """`coding_id`: the coding result it is about.  `seen`: the last ledger entry of the visit on the
    screen when it was decided, by which two who decide at once are told of each other.
    """

    coding_id: Id
    seen: Seq


class LineAccepted(_OfCoding, frozen=True, kw_only=True, tag="line_accepted"):
    """A line is right as coded; lines count from 1."""

    line: LineNumber


class LineOverridden(_OfCoding, frozen=True, kw_only=True, tag="line_overridden"):
    """A line goes out otherwise, with a reason of the list; None leaves a part as coded."""

    line: LineNumber
    reason_code: Id
    code: Code | None = None
    units: Units | None = None
    modifiers: Modifiers | None = None
    remark: Remark = ""


class LineRemoved(_OfCoding, frozen=True, kw_only=True, tag="line_removed"):
    """A line does not go out."""

    line: LineNumber
    reason_code: Id
    remark: Remark = ""


class LineAdded(_OfCoding, frozen=True, kw_only=True, tag="line_added"):
    """A line the coding has not."""

    code: Code
    units: Units
    date_of_service: date
    reason_code: Id
    modifiers: Modifiers = ()
    remark: Remark = ""


class DecisionWithdrawn(_OfCoding, frozen=True, kw_only=True, tag="decision_withdrawn"):
    """An earlier decision no longer stands."""

    withdraws: Id


class Held(_Said, frozen=True, kw_only=True, tag="held"):
    """Nothing goes out until it is let go."""

    reason_code: Id
    remark: Remark = ""


class LetGo(_Said, frozen=True, kw_only=True, tag="let_go"):
    """The hold ends."""

    remark: Remark = ""


class QueryAsked(_Said, frozen=True, kw_only=True, tag="query_asked"):
    """A question to the nurse; `about` is an administration, an access or an entry, `line` a line."""

    query_id: Id
    text: Text
    about: Id | None = None
    line: LineNumber | None = None
    to: Id | None = None


class QueryAnswered(_Said, frozen=True, kw_only=True, tag="query_answered"):
    """The answer; `entries` are what was charted because of it."""

    query_id: Id
    text: Text
    entries: tuple[Id, ...] = ()


class QueryClosed(_Said, frozen=True, kw_only=True, tag="query_closed"):
    """The coder has what was needed, or gives up asking."""

    query_id: Id
    remark: Remark = ""


class Released(_Said, frozen=True, kw_only=True, tag="released"):
    """What went out: rows of the claim-line table."""

    coding_id: Id
    lines: tuple[dict[str, Any], ...]


LineDecision = LineAccepted | LineOverridden | LineRemoved | LineAdded | DecisionWithdrawn
Decision = LineDecision | Held | LetGo | QueryAsked | QueryClosed
Said = Coded | Decision | QueryAnswered | Released


class Packed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the ledger keeps of one: the body, and what its author was called on that day."""

    author_name: str
    body: Said
    credential: str | None = None


# Numbers of the contract stay numbers, with every digit they had.
_encoder = msgspec.json.Encoder(order="sorted", decimal_format="number")
_decoder = msgspec.json.Decoder(Packed, float_hook=Decimal)


def pack(packed: Packed) -> bytes:
    """As canonical JSON."""
    return _encoder.encode(packed)


def read(body: bytes) -> Packed | None:
    """What the ledger kept; None where it is nothing this version knows."""
    try:
        return _decoder.decode(body)
    except msgspec.ValidationError:
        return None


def kind_of(body: Said) -> str:
    """The word that names a kind, such as "line_accepted"."""
    return str(type(body).__struct_config__.tag)


class Reason(NamedTuple):
    """Why a coder departs from what was coded, or holds it; `needs_remark`: its words say too little."""

    reason_code: str
    of: str
    words: str
    needs_remark: bool


@cache
def reasons() -> Mapping[str, Reason]:
    """The reasons of `data/reasons.csv` by their code, in its order."""
    text = files("hangtime.visits").joinpath("data", "reasons.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["reason_code"]: Reason(
            row["reason_code"], row["of"], row["words"], row["needs_remark"] == "yes"
        )
        for row in rows
    }
