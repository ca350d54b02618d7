"""Breaking the glass: with a reason, for a while, one record, and reviewed by somebody else."""

from __future__ import annotations

import json

import pytest

from databases import KINDS

pytest.importorskip("sqlalchemy")

from hangtime.accounts import Attempt, Person, break_glass, may_through_glass, session_of, sign_in
from hangtime.accounts.emergency import NoSuchOpening, openings, reason_of, review
from hangtime.accounts.people import NotYours, RefusedChange

on_both = pytest.mark.parametrize("engine", KINDS, indirect=True)
REASON = "Anaphylaxis in the lobby, her own clinic is closed"


@pytest.fixture
def ana(register, hired, password):
    hired("ana", north=["nurse"])
    return sign_in(register, Attempt("ana", password)).token


def auditor(site: str, account_id: str = "aud") -> Person:
    return Person(account_id, "Audrey", None, {site: frozenset({"auditor"})}, "s")


@on_both
def test_a_record_opens_for_a_while_and_the_ledger_says_why(register, ana, clock) -> None:
    person = session_of(register, ana)
    until = break_glass(register, person, "visit-1", "south", f"  {REASON}\x00 ")

    opened = session_of(register, ana)
    assert may_through_glass(opened, "read_visit", "visit-1", clock.at)
    assert not may_through_glass(opened, "read_visit", "visit-2", clock.at)
    with register.engine.connect() as connection:
        assert reason_of(connection, opened, "visit-1", clock.at) == REASON
    (entry,) = register.ledger.of("visit-1", "break_glass")
    assert (entry.kind, entry.author) == ("glass_broken", person.account_id)
    assert json.loads(entry.body)["reason"] == REASON
    assert (until - clock.at).total_seconds() == register.limits.break_glass.lasts
    clock.at = until
    assert (
        session_of(
            register, sign_in(register, Attempt("ana", "seven lamps near the ferry")).token
        ).glass
        == {}
    )


@pytest.mark.parametrize("reason", ["", "emergency", " " * 40, "\x00" * 40, "." * 40, "x" * 2001])
def test_without_a_reason_nothing_opens(register, ana, reason) -> None:
    with pytest.raises(RefusedChange, match="reason"):
        break_glass(register, session_of(register, ana), "visit-1", "south", reason)

    assert session_of(register, ana).glass == {}
    assert register.ledger.of("visit-1") == []


def test_neither_a_program_nor_whoever_may_read_no_record_breaks_glass(register) -> None:
    for person in (
        Person("a", "Adm", None, {"*": frozenset({"administrator"})}, "s"),
        Person("a", "Feed", None, {"*": frozenset({"nurse"})}, "s", is_service=True),
        Person("a", "Ana", None, {"*": frozenset({"nurse"})}, "s", lacks="second_factor"),
    ):
        with pytest.raises(NotYours):
            break_glass(register, person, "visit-1", "south", REASON)


@on_both
def test_an_opening_stays_on_the_list_until_it_is_reviewed_once(register, ana, hired) -> None:
    break_glass(register, session_of(register, ana), "visit-1", "south", REASON)
    reviewer = auditor("south", hired("audrey", south=["auditor"]))
    (opening,) = openings(register, reviewer)
    assert (opening.name, opening.reason) == ("Ana", REASON)

    review(register, reviewer, opening.entry_id, "Justified: the patient was in danger.")

    assert openings(register, reviewer) == ()
    (reviewed,) = openings(register, reviewer, is_reviewed=True)
    assert reviewed.reviewed_by == reviewer.account_id
    assert [each.kind for each in register.ledger.of("visit-1")] == [
        "glass_broken", "glass_reviewed",
    ]  # fmt: skip
    with pytest.raises(RefusedChange, match="reviewed already"):
        review(register, reviewer, opening.entry_id, "Once more.")


def test_an_auditor_of_another_site_neither_sees_nor_reviews_it(register, ana) -> None:
    break_glass(register, session_of(register, ana), "visit-1", "south", REASON)
    (opening,) = openings(register, auditor("*"))

    assert openings(register, auditor("north")) == ()
    with pytest.raises(NotYours):
        review(register, auditor("north"), opening.entry_id, "Fine.")
    with pytest.raises(NoSuchOpening):
        review(register, auditor("*"), "none", "Fine.")


def test_nobody_reviews_an_opening_of_her_own(register, ana) -> None:
    person = session_of(register, ana)
    break_glass(register, person, "visit-1", "south", REASON)
    (opening,) = openings(register, auditor("*"))
    both = Person(person.account_id, "Ana", None, {"*": frozenset({"auditor"})}, "s")

    with pytest.raises(RefusedChange, match="own"):
        review(register, both, opening.entry_id, "Fine.")
