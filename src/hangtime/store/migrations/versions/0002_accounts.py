"""Accounts: people and programs, their roles, sessions and second factors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hangtime.store.tables import UTC

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    people()
    sessions()
    second_factors()
    identities()
    emergencies()


def downgrade() -> None:
    """Refused: the ledger names these accounts as its authors."""
    raise RuntimeError("the ledger names its authors; restore a backup instead")


def people() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("sign_in_name", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("credential", sa.Text),
        sa.Column("is_service", sa.Boolean, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("disabled_at", UTC),
        sa.PrimaryKeyConstraint("account_id", name="pk_account"),
        sa.UniqueConstraint("sign_in_name", name="uq_account_sign_in_name"),
    )
    op.create_table(
        "role_at_site",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "site_id", "role", name="pk_role_at_site"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name="fk_role_at_site_account_id"
        ),
    )


def sessions() -> None:
    op.create_table(
        "session",
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("is_token", sa.Boolean, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("signed_in_by", sa.Text, nullable=False),
        sa.Column("has_second_factor", sa.Boolean, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("last_used_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("revoked_at", UTC),
        sa.PrimaryKeyConstraint("session_id", name="pk_session"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name="fk_session_account_id"
        ),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("used_at", UTC),
        sa.PrimaryKeyConstraint("token_hash", name="pk_one_time_link"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name="fk_one_time_link_account_id"
        ),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("key_hash", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("first_at", UTC, nullable=False),
        sa.Column("waits_until", UTC),
        sa.PrimaryKeyConstraint("key_hash", name="pk_failed_sign_in"),
    )


def second_factors() -> None:
    op.create_table(
        "totp",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary),
        sa.Column("pending_seed", sa.LargeBinary),
        sa.Column("confirmed_at", UTC),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_totp"),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name="fk_totp_account_id"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        sa.Column("used_at", UTC),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name="pk_recovery_code"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name="fk_recovery_code_account_id"
        ),
    )


def identities() -> None:
    op.create_table(
        "oidc_identity",
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("linked_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_oidc_identity"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name="fk_oidc_identity_account_id"
        ),
    )
    op.create_table(
        "oidc_login",
        sa.Column("state_hash", sa.LargeBinary, nullable=False),
        sa.Column("browser_hash", sa.LargeBinary, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("code_verifier", sa.Text, nullable=False),
        sa.Column("return_to", sa.Text, nullable=False),
        sa.Column("link_hash", sa.LargeBinary),
        sa.Column("ends_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_oidc_login"),
    )


def emergencies() -> None:
    op.create_table(
        "broken_glass",
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("visit_id", sa.Text, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("broken_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("reviewed_at", UTC),
        sa.Column("reviewed_by", sa.Text),
        sa.Column("finding", sa.Text),
        sa.PrimaryKeyConstraint("entry_id", name="pk_broken_glass"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name="fk_broken_glass_account_id"
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["account.account_id"], name="fk_broken_glass_reviewed_by"
        ),
    )
    op.create_index("ix_broken_glass_account_id_ends_at", "broken_glass", ["account_id", "ends_at"])
