"""JSON in and out of the API by msgspec, and the same types in its OpenAPI document.

A route says what it takes and gives with `speaks(...)`; its body is read by `takes(Type)` and its
answer written by `gives(value)`.  There is one definition of each form, and the chart's own records
are among them: what is documented is what is decoded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple, TypeVar, cast

import msgspec
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from starlette.responses import Response

from hangtime.formats.schema import schema
from hangtime.web.problems import KINDS, MEDIA_TYPE, Problem, ProblemDocument

_T = TypeVar("_T")
JSON = "application/json"
_SCHEMA_REF = "#/components/schemas/{name}"
_SPOKEN = "x-spoken"
_OF_CONTRACT = "Contract"


class _Spoken(NamedTuple):
    """What one route takes and gives, with which status, and the problems it may answer."""

    gives: Any
    takes: Any
    status: int
    problems: tuple[str, ...]


class Contract(NamedTuple):
    """A form of the published contract, by its name there, such as Encounter."""

    name: str


_spoken: list[_Spoken] = []  # by number: the framework carries no types through its document


# What any route may answer, whatever else it does.
_ALWAYS = ("invalid", "not-allowed", "not-signed-in", "too-many", "unavailable")
_OF_BODY = ("malformed", "wrong-media-type", "too-large")
ENCODER = msgspec.json.Encoder(decimal_format="number")


def takes(form: type[_T]) -> Callable[[Request], Awaitable[_T]]:
    """A dependency that reads the body of a request as JSON of a form."""
    decoder = msgspec.json.Decoder(form)

    async def read(request: Request) -> _T:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != JSON:
            raise Problem("wrong-media-type", f"Send the body as {JSON}.")
        return decoder.decode(await request.body())

    return read


def gives(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON; numbers with a fraction are written as numbers, exactly."""
    return Response(ENCODER.encode(value), status, headers=headers, media_type=JSON)


def speaks(
    gives: Any, *, takes: Any = None, status: int = 200, problems: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What a route's decorator is told for the OpenAPI document; `problems` are kinds beyond the usual."""
    of_body = () if takes is None else _OF_BODY
    _spoken.append(_Spoken(gives, takes, status, (*_ALWAYS, *of_body, *problems)))
    extra = {_SPOKEN: len(_spoken) - 1}
    return {"status_code": status, "openapi_extra": extra, "response_class": Response}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the forms of every route that speaks."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        for path, method, words in guards(app):
            if method in document["paths"].get(path, {}):
                document["paths"][path][method]["x-permission"] = words
        app.openapi_schema = _with_forms(document)
    return app.openapi_schema


def guards(app: FastAPI) -> Iterator[tuple[str, str, str]]:
    """Address, method and what each route asks of who calls it: a permission, or a word."""
    from hangtime.web.security import Allowed, anybody

    for each in iter_route_contexts(app.routes):
        asked = list(_asked_by(getattr(each, "dependant", None)))
        held = [call.permission for call in asked if isinstance(call, Allowed)]
        words = held[0] if held else "nothing" if anybody in asked else "to be signed in"
        for method in getattr(each, "methods", None) or ():
            yield str(each.path), method.lower(), words


def _asked_by(dependant: Any) -> Iterator[Any]:
    for each in getattr(dependant, "dependencies", ()):
        yield each.call
        yield from _asked_by(each)


def _with_forms(document: dict[str, Any]) -> dict[str, Any]:
    operations = [each for path in document["paths"].values() for each in path.values()]
    forms: list[Any] = [ProblemDocument]
    for each in operations:
        if spoken := _spoken_by(each):
            forms += [form for form in (spoken.takes, spoken.gives) if _is_own(form)]
    schemas, components = msgspec.json.schema_components(forms, ref_template=_SCHEMA_REF)
    of_form = {repr(form): schema for form, schema in zip(forms, schemas, strict=True)}
    components |= _contract()
    for each in operations:
        _describe(each, of_form)
    known = document.setdefault("components", {}).setdefault("schemas", {})
    known.pop("HTTPValidationError", None)
    known.pop("ValidationError", None)
    known.update(_numbers(components))
    return document


def _is_own(form: Any) -> bool:
    return form is not None and not isinstance(form, Contract)


def _form(form: Any, of_form: dict[str, Any]) -> dict[str, Any]:
    if isinstance(form, Contract):
        return {"$ref": _SCHEMA_REF.format(name=_OF_CONTRACT + form.name)}
    return of_form[repr(form)]


def _contract() -> dict[str, Any]:
    """The forms of the contract by names of their own, as its published schema has them."""
    defined = msgspec.json.encode(schema()["$defs"]).decode()
    named = defined.replace("#/$defs/", _SCHEMA_REF.format(name=_OF_CONTRACT))
    return {_OF_CONTRACT + name: form for name, form in msgspec.json.decode(named).items()}


def _spoken_by(operation: dict[str, Any]) -> _Spoken | None:
    number: int | None = operation.get(_SPOKEN)
    return None if number is None else _spoken[number]


def _describe(operation: dict[str, Any], of_form: dict[str, Any]) -> None:
    """Put the body, the answer and the problems of one operation into it."""
    spoken = _spoken_by(operation) or _Spoken(None, None, 0, _ALWAYS)
    operation.pop(_SPOKEN, None)
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    if spoken.takes is not None:
        content = {JSON: {"schema": of_form[repr(spoken.takes)]}}
        operation["requestBody"] = {"required": True, "content": content}
    if spoken.gives is not None:
        answer = responses.setdefault(str(spoken.status), {"description": "Done"})
        answer["content"] = {JSON: {"schema": _form(spoken.gives, of_form)}}
    problem = {MEDIA_TYPE: {"schema": of_form[repr(ProblemDocument)]}}
    for kind in spoken.problems:
        code, title = KINDS[kind]
        said = responses.setdefault(str(code), {"description": "", "content": problem})
        said["description"] = "; ".join(filter(None, (said["description"], title)))


def _numbers(schema: Any) -> Any:
    """Quantities are written as numbers, and read from a number or from its text."""
    if isinstance(schema, list):
        return [_numbers(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    known = cast("dict[str, Any]", schema)
    if known.get("format") == "decimal":
        return {**known, "type": ["number", "string"]}
    return {name: _numbers(value) for name, value in known.items()}
