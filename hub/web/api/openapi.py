"""The OpenAPI 3.1 document, made from the operations and their models."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from hub import __version__
from hub.flow.api_model import Answer
from hub.flow.hook_events import EVENTS, body_type
from hub.plugin.posted import Posted

from .operations import IDEMPOTENCY, OPERATIONS, Operation, Query, Reply
from .problems import KINDS, MEDIA_TYPE, Problem

ALWAYS = ("unauthorized", "wrong-mode", "too-many-requests", "try-again")
WITH_BODY = ("invalid-json", "too-slow", "too-large", "not-json", "invalid-body")
_REF = "#/components/schemas/{model}"
Schema = dict[str, Any]


def document(base_url: str) -> Schema:
    """The whole document for a hub at this address."""
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.address, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Autofactura Hub",
            "version": __version__,
            "summary": "Every sale ends in exactly one valid CFDI 4.0.",
            "description": "Amounts are exact decimals, as text or as JSON numbers. Moments carry their zone. "
            "Problems are application/problem+json (RFC 9457). The same Idempotency-Key, or the same external_id, "
            "is done once.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url}],
        "security": [{"bearer": []}, {"header": []}],
        "paths": paths,
        "webhooks": {name: {"post": _told(name, about)} for name, (_, about) in EVENTS.items()},
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
            "schemas": _schemas(),
        },
    }


def _operation(operation: Operation) -> Schema:
    body = operation.body
    kinds = dict.fromkeys((*ALWAYS, *(WITH_BODY if body else ()), *operation.problems))
    found: Schema = {
        "operationId": operation.name,
        "summary": operation.about,
        "responses": {str(status): _reply(reply) for status, reply in operation.replies.items()} | _problems([*kinds]),
    }
    if parameters := list(_parameters(operation)):
        found["parameters"] = parameters
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(body)}}}
    return found


def _parameters(operation: Operation) -> Iterator[Schema]:
    for name in operation.variables:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for query in operation.queries:
        yield _query(query)
    if IDEMPOTENCY in operation.headers:
        about = "names the request: the same again is answered the same and done once"
        yield {
            "name": IDEMPOTENCY,
            "in": "header",
            "description": about,
            "schema": {"type": "string", "maxLength": 200},
        }


def _query(query: Query) -> Schema:
    return {"name": query.name, "in": "query", "description": query.about, "schema": dict(query.schema)}


def _reply(reply: Reply) -> Schema:
    schema: Schema = {"type": "string", "contentEncoding": "binary"}
    if reply.media_type == "application/json":
        schema = _ref(reply.model) if reply.model else {"type": "object"}
    if reply.many:
        schema = {"type": "array", "items": schema}
    return {"description": reply.about, "content": {reply.media_type: {"schema": schema}}}


def _problems(kinds: list[str]) -> Schema:
    """By status, for several kinds may share one."""
    found: Schema = {}
    for kind in kinds:
        known = KINDS[kind]
        entry = found.setdefault(
            str(known.status), {"description": "", "content": {MEDIA_TYPE: {"schema": _ref(Problem)}}}
        )
        said = f"{known.title} (`{kind}`). {known.advice}"
        entry["description"] = " ".join(filter(None, (entry["description"], said)))
    return found


def _told(name: str, about: str) -> Schema:
    event = {"type": "string", "description": "the word that was subscribed with"}
    named = {"type": "object", "properties": {"event": event}, "required": ["event"]}
    body = {"allOf": [_ref(body_type(name)), named]}
    signed = "signed as Standard Webhooks say; webhook-id is the same for every try"
    return {
        "summary": about,
        "description": f"A POST to whoever subscribed, {signed}.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "2XX": {"description": "Taken"},
            "410": {"description": "Gone: the subscription is taken away"},
            "default": {"description": "Tried again later, for about a day"},
        },
    }


def _ref(model: type[BaseModel]) -> Schema:
    return {"$ref": _REF.format(model=model.__name__)}


def _schemas() -> Schema:
    used = {op.body for op in OPERATIONS} | {reply.model for op in OPERATIONS for reply in op.replies.values()}
    used |= {Problem, *map(body_type, EVENTS)}
    models = sorted((model for model in used if model is not None), key=lambda model: model.__name__)
    _, found = models_json_schema([(model, _mode(model)) for model in models], ref_template=_REF)
    schemas: Schema = found["$defs"]
    return schemas


def _mode(model: type[BaseModel]) -> Literal["validation", "serialization"]:
    assert issubclass(model, Posted | Answer | Problem)
    return "validation" if issubclass(model, Posted) else "serialization"
