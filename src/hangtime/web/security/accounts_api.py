"""Accounts over HTTP, for administrators: people and programs, their roles and ways in."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from hangtime.accounts import Person, people
from hangtime.accounts.links import invite
from hangtime.accounts.logins import link_identity, unlink_identities
from hangtime.accounts.people import Account, NewAccount
from hangtime.accounts.renaming import rename
from hangtime.web.api.wire import gives, speaks, takes
from hangtime.web.problems import Problem
from hangtime.web.security import forms
from hangtime.web.security.dependencies import allowed
from hangtime.web.security.guard import guard_of

router = APIRouter(prefix="/accounts", tags=["accounts"])
Administrator = Annotated[Person, Depends(allowed("manage_accounts"))]
AccountId = Annotated[str, Path(pattern=forms.UUID)]
_OF_ONE = ("not-found", "refused")


@router.get("", **speaks(forms.AccountPage))
def list_accounts(
    request: Request,
    by: Administrator,
    after: Annotated[str, Query(max_length=254)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Accounts of the sites one manages, by sign-in name."""
    found = people.accounts(guard_of(request).register, by, after=after, limit=limit + 1)
    more = found[limit - 1].sign_in_name if len(found) > limit else None
    return gives(forms.AccountPage(tuple(_read(each) for each in found[:limit]), more))


@router.post(
    "", **speaks(forms.AccountRead, takes=forms.NewAccountForm, status=201, problems=_OF_ONE)
)
def create_account(
    request: Request,
    by: Administrator,
    typed: Annotated[forms.NewAccountForm, Depends(takes(forms.NewAccountForm))],
) -> Response:
    """An account without a password; a link lets its owner choose one."""
    new = NewAccount(
        typed.sign_in_name, typed.name, typed.credential, typed.is_service, typed.roles_by_site
    )
    return gives(_read(people.create(guard_of(request).register, new, by)), 201)


@router.get("/{account_id}", **speaks(forms.AccountRead, problems=("not-found",)))
def read_account(request: Request, by: Administrator, account_id: AccountId) -> Response:
    """One account."""
    return gives(_read(people.get(guard_of(request).register, account_id, by)))


@router.put(
    "/{account_id}/name", **speaks(forms.AccountRead, takes=forms.NameForm, problems=_OF_ONE)
)
def rename_account(
    request: Request,
    by: Administrator,
    account_id: AccountId,
    typed: Annotated[forms.NameForm, Depends(takes(forms.NameForm))],
) -> Response:
    """Change name and credential; what was charted before stays signed as it was."""
    register = guard_of(request).register
    return gives(_read(rename(register, account_id, typed.name, typed.credential, by)))


@router.put(
    "/{account_id}/roles", **speaks(forms.AccountRead, takes=forms.RolesForm, problems=_OF_ONE)
)
def set_account_roles(
    request: Request,
    by: Administrator,
    account_id: AccountId,
    typed: Annotated[forms.RolesForm, Depends(takes(forms.RolesForm))],
) -> Response:
    """Give these roles and no others; what the account may do changes at once."""
    register = guard_of(request).register
    return gives(_read(people.set_roles(register, account_id, typed.roles_by_site, by)))


@router.post("/{account_id}/disable", **speaks(forms.AccountRead, problems=_OF_ONE))
def disable_account(request: Request, by: Administrator, account_id: AccountId) -> Response:
    """Shut the account and end its sessions at once."""
    return gives(_read(people.disable(guard_of(request).register, account_id, by)))


@router.post("/{account_id}/enable", **speaks(forms.AccountRead, problems=_OF_ONE))
def enable_account(request: Request, by: Administrator, account_id: AccountId) -> Response:
    """Open a shut account again."""
    return gives(_read(people.enable(guard_of(request).register, account_id, by)))


@router.post("/{account_id}/unlock", **speaks(None, status=204, problems=("not-found",)))
def unlock_account(request: Request, by: Administrator, account_id: AccountId) -> Response:
    """End the wait that failed attempts brought."""
    people.unlock(guard_of(request).register, account_id, by)
    return Response(status_code=204)


@router.post("/{account_id}/link", **speaks(forms.LinkMade, status=201, problems=_OF_ONE))
def make_link(request: Request, by: Administrator, account_id: AccountId) -> Response:
    """A one-time link by which the owner sets a password; hand it to nobody else."""
    guard = guard_of(request)
    token = invite(guard.register, account_id, by)
    return gives(forms.LinkMade(guard.link(token)), 201)


@router.delete("/{account_id}/second-factor", **speaks(None, status=204, problems=("not-found",)))
def remove_account_second_factor(
    request: Request, by: Administrator, account_id: AccountId
) -> Response:
    """For someone who lost it, and whose identity was made sure of."""
    people.remove_second_factor(guard_of(request).register, account_id, by)
    return Response(status_code=204)


@router.delete("/{account_id}/sessions", **speaks(None, status=204, problems=("not-found",)))
def end_account_sessions(request: Request, by: Administrator, account_id: AccountId) -> Response:
    """End every session of the account, tokens included."""
    people.end_sessions(guard_of(request).register, account_id, by)
    return Response(status_code=204)


@router.post(
    "/{account_id}/tokens",
    **speaks(forms.TokenMade, takes=forms.TokenForm, status=201, problems=_OF_ONE),
)
def make_account_token(
    request: Request,
    by: Administrator,
    account_id: AccountId,
    typed: Annotated[forms.TokenForm, Depends(takes(forms.TokenForm))],
) -> Response:
    """A bearer token for a program."""
    made = people.make_token(guard_of(request).register, account_id, typed.label, by)
    return gives(forms.TokenMade(made.token, made.session_id, made.ends_at), 201)


@router.post(
    "/{account_id}/identities",
    **speaks(None, takes=forms.IdentityForm, status=204, problems=_OF_ONE),
)
def link_account_identity(
    request: Request,
    by: Administrator,
    account_id: AccountId,
    typed: Annotated[forms.IdentityForm, Depends(takes(forms.IdentityForm))],
) -> Response:
    """Say which identity of the organisation's provider is this account's."""
    guard = guard_of(request)
    issuer = guard.settings.oidc_issuer
    if issuer is None:
        raise Problem("refused", "There is no identity provider.")
    link_identity(guard.register, account_id, issuer, typed.subject, by)
    return Response(status_code=204)


@router.delete("/{account_id}/identities", **speaks(None, status=204, problems=("not-found",)))
def unlink_account_identities(
    request: Request, by: Administrator, account_id: AccountId
) -> Response:
    """Forget the account's identities and end its sessions."""
    unlink_identities(guard_of(request).register, account_id, by)
    return Response(status_code=204)


def _read(found: Account) -> forms.AccountRead:
    return msgspec.convert(found, forms.AccountRead, from_attributes=True)
