"""Which rows are one administration: by their key, as segments, as moments, or each by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from hangtime.formats.mapping.joined import Joined, alone
from hangtime.formats.mapping.moments import Moments
from hangtime.formats.mapping.rows import Charted
from hangtime.formats.mapping.segments import runs
from hangtime.formats.mapping.spec import MapSpec


def together(rows: Sequence[Charted], spec: MapSpec) -> list[Joined]:
    """Every row in exactly one administration, in the order of their first rows."""
    position = {id(row): at for at, row in enumerate(rows)}
    joined: list[Joined] = []
    for group in _groups(rows):
        if spec.events is not None:
            joined += Moments(group).joined
        elif spec.segments is not None:
            joined += runs(group, spec.segments)
        else:
            joined += [alone(row) for row in group]
    return sorted(joined, key=lambda each: min(position[id(row)] for row in each.rows))


def _groups(rows: Sequence[Charted]) -> Iterator[list[Charted]]:
    """Rows of one key; a row without a key is a group by itself."""
    groups: defaultdict[tuple[str, ...], list[Charted]] = defaultdict(list)
    for row in rows:
        if row.key:
            groups[row.key].append(row)
        else:
            yield [row]
    yield from groups.values()
