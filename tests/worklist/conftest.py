"""Real databases, and a clinic with encounters that another system charted."""

from __future__ import annotations

from databases import database, engine, postgresql  # noqa: F401
