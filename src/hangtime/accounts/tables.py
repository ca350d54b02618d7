"""The tables of accounts.  No password, token, link or code stands in them, only digests.

The seeds of second factors, which have to be read again, are sealed with a key that is kept outside
the database.
"""

from __future__ import annotations

import sqlalchemy as sa

from hangtime.store import UTC, metadata

_ACCOUNT = "account.account_id"

account = sa.Table(
    "account",
    metadata,
    sa.Column("account_id", sa.Text, primary_key=True),
    sa.Column("sign_in_name", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("credential", sa.Text),
    sa.Column("is_service", sa.Boolean, nullable=False),
    sa.Column("password_hash", sa.Text),
    sa.Column("created_at", UTC, nullable=False),
    sa.Column("disabled_at", UTC),
)

role_at_site = sa.Table(
    "role_at_site",
    metadata,
    sa.Column("account_id", sa.Text, sa.ForeignKey(_ACCOUNT), primary_key=True),
    sa.Column("site_id", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(_ACCOUNT), nullable=False, index=True),
    sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("is_token", sa.Boolean, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("signed_in_by", sa.Text, nullable=False),
    sa.Column("has_second_factor", sa.Boolean, nullable=False),
    sa.Column("created_at", UTC, nullable=False),
    sa.Column("last_used_at", UTC, nullable=False),
    sa.Column("ends_at", UTC, nullable=False),
    sa.Column("revoked_at", UTC),
)

one_time_link = sa.Table(
    "one_time_link",
    metadata,
    sa.Column("token_hash", sa.LargeBinary, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("account_id", sa.Text, sa.ForeignKey(_ACCOUNT)),
    sa.Column("created_at", UTC, nullable=False),
    sa.Column("ends_at", UTC, nullable=False),
    sa.Column("used_at", UTC),
)

totp = sa.Table(
    "totp",
    metadata,
    sa.Column("account_id", sa.Text, sa.ForeignKey(_ACCOUNT), primary_key=True),
    sa.Column("sealed_seed", sa.LargeBinary),
    sa.Column("pending_seed", sa.LargeBinary),
    sa.Column("confirmed_at", UTC),
    sa.Column("last_step", sa.BigInteger, nullable=False),
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("account_id", sa.Text, sa.ForeignKey(_ACCOUNT), primary_key=True),
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    sa.Column("used_at", UTC),
)

failed_sign_in = sa.Table(
    "failed_sign_in",
    metadata,
    sa.Column("key_hash", sa.LargeBinary, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("first_at", UTC, nullable=False),
    sa.Column("waits_until", UTC),
)

oidc_identity = sa.Table(
    "oidc_identity",
    metadata,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(_ACCOUNT), nullable=False),
    sa.Column("linked_at", UTC, nullable=False),
)

oidc_login = sa.Table(
    "oidc_login",
    metadata,
    sa.Column("state_hash", sa.LargeBinary, primary_key=True),
    sa.Column("browser_hash", sa.LargeBinary, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("code_verifier", sa.Text, nullable=False),
    sa.Column("return_to", sa.Text, nullable=False),
    sa.Column("link_hash", sa.LargeBinary),
    sa.Column("ends_at", UTC, nullable=False),
)

broken_glass = sa.Table(
    "broken_glass",
    metadata,
    sa.Column("entry_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, sa.ForeignKey(_ACCOUNT), nullable=False),
    sa.Column("visit_id", sa.Text, nullable=False),
    sa.Column("site_id", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("broken_at", UTC, nullable=False),
    sa.Column("ends_at", UTC, nullable=False),
    sa.Column("reviewed_at", UTC),
    sa.Column("reviewed_by", sa.Text, sa.ForeignKey(_ACCOUNT)),
    sa.Column("finding", sa.Text),
    sa.Index(None, "account_id", "ends_at"),
)
