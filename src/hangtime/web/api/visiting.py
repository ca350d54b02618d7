"""The visit a request is about, for someone who may have it.

Whether someone may is asked by `hangtime.web.security.allowed`, which also logs what is read: a
visit of a site where the permission is not held is answered as one that was never opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

from fastapi import Depends, Path, Request

from hangtime.accounts import Person
from hangtime.visits import Clinic, Record
from hangtime.web.problems import Problem
from hangtime.web.security import allowed

VisitId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,80}$")]


class Asked(NamedTuple):
    """A visit's record, and who asks for it."""

    record: Record
    person: Person


def clinic_of(request: Request) -> Clinic:
    """The installation the app serves."""
    return request.app.state.clinic


def visit_for(permission: str, *, reads: str | None = None) -> Callable[..., Asked]:
    """A dependency: the visit of the address, for someone with the permission where it is.

    `reads` names what of the record is read, for the log of reads.  Who only writes is given the
    record as it was last seen: what is written is held against the record as it is.
    """
    asking = allowed(permission, reads=reads)

    def find(request: Request, visit_id: VisitId, person: Person = Depends(asking)) -> Asked:
        records = clinic_of(request).records
        record = records.current(visit_id) if reads else records.known(visit_id)
        if record is None:
            raise Problem("not-found")
        return Asked(record, person)

    return find
