"""Errors as RFC 9457 problem documents: what went wrong, in which field, and never with which value.

Every error of the service, from whatever layer, leaves as `application/problem+json` with a `type`
of this table.  A field is named as the request spells it (`entries[2].body.rate`); the value that
stood there may be a patient's and is not repeated.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from hangtime.store import DifferentEntry

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:hangtime:problem:"

# The kinds of problem, each with its status and title.  The reference page is made from this table.
KINDS: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "not-signed-in": (401, "Nobody is signed in"),
    "not-allowed": (403, "Your role does not allow this"),
    "not-found": (404, "There is no such thing, or not for you"),
    "wrong-method": (405, "This address does not take that method"),
    "conflict": (409, "This does not fit what is already recorded"),
    "different-entry": (409, "This id was used for another entry"),
    "too-large": (413, "The request is too large"),
    "wrong-media-type": (415, "The request has to be JSON"),
    "invalid": (422, "A field does not have the form it needs"),
    "refused": (422, "This cannot be recorded"),
    "too-many": (429, "Too many requests; wait a little"),
    "fault": (500, "The service failed; the fault is in its log"),
    "unavailable": (503, "The service cannot answer now"),
}
_BY_STATUS = {status: kind for kind, (status, _) in reversed(KINDS.items())}
_BY_STATUS[422] = "invalid"


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field; an empty field is the request as a whole."""

    field: str
    message: str


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem as it is sent; `errors` where single fields are to blame."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: tuple[FieldProblem, ...] = ()
    request_id: str = ""


class Problem(Exception):
    """Ends a request with a problem document of a kind of `KINDS`."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        errors: tuple[FieldProblem, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers


def respond(problem: Problem, request_id: str = "") -> Response:
    """The response that says a problem."""
    status, title = KINDS[problem.kind]
    document = ProblemDocument(
        type=TYPE + problem.kind,
        title=title,
        status=status,
        detail=problem.detail,
        errors=problem.errors,
        request_id=request_id,
    )
    return Response(
        msgspec.json.encode(document), status, headers=problem.headers, media_type=MEDIA_TYPE
    )


def install(app: FastAPI) -> None:
    """Let every error of the app leave as a problem document."""
    app.add_exception_handler(Problem, _of_problem)
    app.add_exception_handler(HTTPException, _of_http_exception)
    app.add_exception_handler(RequestValidationError, _of_parameters)
    app.add_exception_handler(msgspec.ValidationError, _of_body)
    app.add_exception_handler(msgspec.DecodeError, _of_no_json)
    app.add_exception_handler(DifferentEntry, _of_different_entry)


def answer(request: Request, problem: Problem) -> Response:
    """A problem document; to a browser that asked for a page, the page that says the same."""
    asks_for_page = "text/html" in request.headers.get("accept", "")
    if asks_for_page and not request.url.path.startswith("/api/"):
        from hangtime.web import pages

        request_id = str(request.scope.get("request_id", ""))
        page = pages.failed(request, KINDS[problem.kind][0], request_id=request_id)
        page.headers.update(problem.headers or {})
        return page
    return respond(problem, str(request.scope.get("request_id", "")))


def _of_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(request, error)


def _of_http_exception(request: Request, error: Exception) -> Response:
    """An error of the framework or of a dependency; its detail is prose of this project or dropped."""
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code)
    headers = dict(error.headers) if error.headers else None
    if kind is None:
        return Response(status_code=error.status_code, headers=headers)
    standard = {each.phrase for each in HTTPStatus}
    detail = "" if error.detail in standard else str(error.detail)
    return answer(request, Problem(kind, detail, headers=headers))


def _of_different_entry(request: Request, _: Exception) -> Response:
    return answer(request, Problem("different-entry"))


# --- Parameters: what pydantic found, in words that repeat no value ---------------------------------

_WORDS = {
    "missing": "is missing",
    "string_too_long": "is too long",
    "string_too_short": "is too short",
    "string_pattern_mismatch": "does not have the form it needs",
    "uuid_parsing": "is not a UUID",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "bool_parsing": "is neither true nor false",
    "date_from_datetime_parsing": "is not a date",
    "date_parsing": "is not a date",
    "datetime_from_date_parsing": "is not a time",
    "datetime_parsing": "is not a time",
    "timezone_aware": "has no offset from UTC",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "literal_error": "is none of the words allowed",
    "enum": "is none of the words allowed",
}


def _of_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = tuple(
        FieldProblem(_parameter(each["loc"]), _WORDS.get(each["type"], "is not usable"))
        for each in error.errors()
    )
    return answer(request, Problem("invalid", errors=errors))


def _parameter(place: tuple[Any, ...]) -> str:
    """Where a value stood, without the words path, query, header or body before it."""
    return ".".join(str(part) for part in place[1:])


# --- Bodies: what msgspec found ---------------------------------------------------------------------

_PLACE = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]*)`")
_EXPECTED = re.compile(r"Expected (?P<wanted>`[^`]*`(?: [<>=]+ [0-9.e+-]+| of length [<>=0-9 ]+)?)")
_OWN_WORDS = re.compile(r"(?P<name>[a-z_0-9]+): (?P<words>[a-zA-Z ]+)(?: - at|$)")
_LONGEST_NAME = 80


def _of_body(request: Request, error: Exception) -> Response:
    problem = Problem("invalid", errors=(field_problem(str(error)),))
    return answer(request, problem)


def _of_no_json(request: Request, _: Exception) -> Response:
    return answer(request, Problem("malformed", "The body is not JSON."))


def field_problem(said: str) -> FieldProblem:
    """The field and the fault in what msgspec said, which may quote the value."""
    place = _PLACE.search(said)
    path = place["path"] if place else ""
    if missing := _MISSING.search(said):
        return FieldProblem(_joined(path, missing["name"]), "is missing")
    if unknown := _UNKNOWN.search(said):
        return FieldProblem(_joined(path, unknown["name"][:_LONGEST_NAME]), "is not known here")
    if said.startswith(("Invalid enum value", "Invalid value")):
        return FieldProblem(path, "is none of the words allowed")
    if own := _OWN_WORDS.match(said):  # a form's own words, which hold no value
        return FieldProblem(_joined(path, own["name"]), own["words"])
    if expected := _EXPECTED.search(said):
        return FieldProblem(path, f"has to be {expected['wanted'].replace('`', '')}")
    return FieldProblem(path, "does not have the form it needs")


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
