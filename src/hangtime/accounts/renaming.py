"""A name or a credential that has changed: somebody married, or passed an examination.

What was charted before stays signed as it was; what is charted from now on has the new name.
"""

from __future__ import annotations

import sqlalchemy as sa

from hangtime.accounts.people import Account, NewAccount, check_names, get, require_all_sites
from hangtime.accounts.person import Person
from hangtime.accounts.register import Register
from hangtime.accounts.tables import account


def rename(
    register: Register, account_id: str, name: str, credential: str | None, by: Person
) -> Account:
    """The account under its new name and credential.  Raises RefusedChange, NoSuchAccount, NotYours."""
    found = get(register, account_id, by)
    require_all_sites(found, by)
    check_names(NewAccount(found.sign_in_name, name, credential))
    after = {"name": name.strip(), "credential": (credential or "").strip() or None}
    with register.engine.begin() as connection:
        is_this = account.c.account_id == account_id
        connection.execute(sa.update(account).where(is_this).values(after))
        before = {"name": found.name, "credential": found.credential}
        facts = {"before": before, "after": after}
        register.enter(connection, "account_renamed", account_id, by.account_id, facts)
    return get(register, account_id, by)
