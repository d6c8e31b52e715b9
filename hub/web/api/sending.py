"""What is sent: sales, refunds and payments. 2xx only after the raw body is committed."""

from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from hub.flow.api_keys import is_live
from hub.flow.api_model import Answer, Taken
from hub.flow.api_view import sale_taken, ticket_of, ticket_view
from hub.flow.post import Post, PostedBeforeError, item_of, made_of, outcome_of, take, was_posted
from hub.plugin import ApiSource, DataError
from hub.plugin.api_source import Kind, posted_json

from .call import Api, Call, Work
from .problems import ProblemError, at
from .validation import path_of, refused, validated

MAX_KEY = 200


def sender(kind: Kind) -> Work:
    """Takes something new of that kind."""
    return lambda api, call: _send(api, call, kind, corrects=False)


def corrector(kind: Kind) -> Work:
    """Takes a correction of what was sent before."""
    return lambda api, call: _send(api, call, kind, corrects=True)


def _send(api: Api, call: Call, kind: Kind, *, corrects: bool) -> Response:
    flow = api.flow
    body = parsed(call.raw)
    post = Post(
        source=call.key.source,
        kind=kind,
        external_id=_external_id(body),
        raw=call.raw,
        body=body,
        live=is_live(flow.settings),
        key=_idempotency_key(call),
        corrects=corrects,
    )
    if corrects:
        _is_the_one(api, call, post)
    try:
        # Asked before the body is judged: the same name for something else is a conflict, whatever it says.
        if post.external_id and was_posted(flow, post):
            return _answer(api, post, new=False)
        _judge(api, call, post)
        return _answer(api, post, new=take(flow, post))
    except PostedBeforeError as error:
        raise ProblemError(
            "key-conflict" if error.by == "Idempotency-Key" else "id-conflict",
            str(error),
            errors=[at(["external_id"], "came before with another body")] if error.by == "external_id" else [],
        ) from None


def parsed(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body."""
    try:
        return posted_json(raw)
    except DataError as error:
        raise ProblemError("invalid-json", str(error), hint=error.hint) from None


def _external_id(body: dict[str, Any]) -> str:
    """As it names what is posted; empty if it cannot."""
    given = body.get("external_id")
    name = given.strip() if isinstance(given, str) else ""
    return name if len(name) <= 150 and name.isprintable() else ""


def _idempotency_key(call: Call) -> str:
    key = call.request.headers.get("idempotency-key", "").strip()
    if len(key) > MAX_KEY or not key.isprintable():
        raise ProblemError("invalid-request", f"the Idempotency-Key has at most {MAX_KEY} plain characters")
    return key


def _is_the_one(api: Api, call: Call, post: Post) -> None:
    """A correction names what it corrects, which is here."""
    named = call.named("external_id")
    with api.flow.store.read() as session:
        known = item_of(session, post.source, post.kind, named)
    if known is None:
        raise ProblemError("not-found", f"no {post.kind} was sent with that external_id", hint="send it with POST")
    if named != post.external_id:
        raise refused([at(["external_id"], f"must be {named!r}, as in the address")])


def _judge(api: Api, call: Call, post: Post) -> None:
    """Nothing is kept that could not be used."""
    plugin = api.flow.instances.sources[call.key.source].plugin
    assert isinstance(plugin, ApiSource)
    validated(plugin.bodies[post.kind], post.body)
    try:
        made_of(api.flow, post.source, post.kind, post.body, live=post.live)
    except DataError as error:
        raise refused([at(path_of(error.field), str(error), error.hint)]) from None


def _answer(api: Api, post: Post, *, new: bool) -> Response:
    status, found = _outcome(api, post)
    code = (201 if new and not post.corrects else 200) if status == "kept" else 202
    headers = {} if new else {"idempotency-replayed": "true"}
    if code == 201 and post.kind == "sale":
        headers["location"] = f"{api.base_url}/sales/{quote(post.external_id, safe='')}"
    return JSONResponse(found.model_dump(mode="json", exclude_defaults=False), code, headers)


def _outcome(api: Api, post: Post) -> tuple[str, Answer]:
    with api.flow.store.read() as session:
        ticket = ticket_of(session, post.source, post.external_id) if post.kind == "sale" else None
        if ticket is not None and post.corrects:
            return "kept", ticket_view(api.flow, session, ticket)
        if ticket is not None:
            return "kept", sale_taken(api.flow, ticket, post.external_id)
        status, why = outcome_of(session, post)
    opened = status == "kept" and post.kind != "sale"
    return "kept" if opened else "waits", Taken(external_id=post.external_id, status=status, why=why)
