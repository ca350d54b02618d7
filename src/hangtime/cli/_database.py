"""What the commands on a database share: which one it is, and whether the libraries are there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from hangtime.errors import UserError

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

__all__ = ["DATABASE", "assert_libraries", "ledger_of"]

DATABASE = click.option(
    "--database", envvar="HANGTIME_DATABASE", default="sqlite:///hangtime.db", show_default=True,
    help="sqlite:///FILE or postgresql://USER@HOST/NAME; else HANGTIME_DATABASE.",
)  # fmt: skip
_LIBRARIES = ("alembic", "cryptography", "rfc8785", "sqlalchemy")


def assert_libraries() -> None:
    """Raises UserError unless what the ledger needs is installed."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise UserError(
            f"the ledger needs {', '.join(missing)}: install hangtime with its extra `service`."
        )


def ledger_of(url: str) -> Engine:
    """The database at a URL, which has to be there and to have a ledger."""
    from hangtime import store

    engine = store.connect(url, must_exist=True)
    if store.revision(engine) is None:
        raise store.UnusableDatabase("the database has no ledger: `hangtime serve` makes one.")
    return engine
