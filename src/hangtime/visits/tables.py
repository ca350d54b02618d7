"""The one table beside the ledger: where each visit stands, so that lists need not fold records.

It is derived.  Every row is written in the transaction of the entry that changed it, and
`hangtime.visits.projecting.rebuild` makes the whole table again from the ledger alone.
"""

from __future__ import annotations

import sqlalchemy as sa

from hangtime.store import UTC, metadata

visit = sa.Table(
    "visit",
    metadata,
    sa.Column("visit_id", sa.Text, primary_key=True),
    sa.Column("site_id", sa.Text, nullable=False),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("chair", sa.Text),
    sa.Column("patient_key", sa.LargeBinary(32), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("work", sa.Text, nullable=False),
    sa.Column("is_simulated", sa.Boolean, nullable=False),
    sa.Column("opened_at", UTC, nullable=False),
    sa.Column("closed_at", UTC),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Index(None, "site_id", "state", "opened_at", "visit_id"),
    sa.Index(None, "site_id", "opened_at", "visit_id"),
    sa.Index(None, "site_id", "work", "opened_at", "visit_id"),
    sa.Index(None, "site_id", "patient_key"),
)
"""`state`: open or closed.  `work`: a word of `hangtime.visits.work.STATES`.  `patient_key`: SHA-256
of site and record number, by which the visits of one patient are found without her name.
`last_seq`: the last ledger entry about the visit."""
