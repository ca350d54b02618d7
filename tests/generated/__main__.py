"""Print how often each rule is used over many generated encounters, rarest first within its kind."""

import argparse
from pathlib import Path

from hangtime.formats import tabular
from hangtime.rules._card import CARDS

from . import encounters, rules_used


def main() -> None:
    """Print how often each rule is used, rarest first within its kind."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--table", action="store_true", help="every rule, not the rare ones alone")
    parser.add_argument("--write", type=Path, help="write the encounters here: CSV or Parquet")
    asked = parser.parse_args()
    if asked.write:
        tabular.write_encounters(encounters(asked.count, asked.seed), asked.write)
        return
    used = rules_used(asked.count, asked.seed)
    print(f"{asked.count} encounters, seed {asked.seed}")
    for card in sorted(CARDS, key=lambda card: (card.kind, used[card.id])):
        least = 100 if card.kind == "reason" else 1
        if asked.table or used[card.id] < least:
            remark = "" if used[card.id] >= least else "  rare"
            print(f"{card.kind:9} {card.id:32} {used[card.id]:8}{remark}")


if __name__ == "__main__":
    main()
