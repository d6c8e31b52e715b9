"""REST hooks: subscribe an address to an event, and unsubscribe it."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from pydantic import Field
from sqlmodel import col, select
from starlette.responses import JSONResponse, Response

from hub.flow.api_model import HookView
from hub.flow.hook_events import EVENTS, is_known
from hub.flow.hooks import secret_of, subscribe
from hub.flow.network import is_inside, listed
from hub.plugin import ConfigError
from hub.plugin.posted import Posted
from hub.plugin.posted_values import Text
from hub.store import ApiKey, Hook

from .call import Api, Call
from .problems import Place, ProblemError, at
from .reading import shown_list
from .sending import parsed
from .validation import refused, validated

MAX_URL = 254


class HookBody(Posted):
    """A subscription."""

    target_url: Text = Field(min_length=1, max_length=MAX_URL, description="address that is told; https only")
    event: Text = Field(description=f"one of {', '.join(EVENTS)}")


def add(api: Api, call: Call) -> Response:
    """Subscribe; the same once more is the same subscription."""
    body = validated(HookBody, parsed(call.raw))
    wrong = [*_wrong_event(body.event), *_wrong_target(api, body.target_url)]
    if wrong:
        raise refused(wrong)
    try:
        with api.flow.store.write() as session:
            hook, new = subscribe(api.flow, session, call.key, body.event, body.target_url)
    except ConfigError as error:
        raise ProblemError("too-many-hooks", str(error), hint=error.hint) from None
    return JSONResponse(_view(call.key, hook).model_dump(mode="json"), 201 if new else 200)


def list_all(api: Api, call: Call) -> Response:
    """The key's own subscriptions."""
    with api.flow.store.read() as session:
        found = session.exec(select(Hook).where(Hook.key_id == call.key.id).order_by(col(Hook.id))).all()
    return shown_list([_view(call.key, hook) for hook in found])


def remove(api: Api, call: Call) -> Response:
    """Unsubscribe; nothing more is sent, what is on its way included."""
    number = call.named("hook").removeprefix("hook_")
    with api.flow.store.write() as session:
        found = session.get(Hook, int(number)) if number.isascii() and number.isdecimal() and len(number) < 18 else None
        if found is None or found.key_id != call.key.id:
            raise ProblemError("not-found", "there is no such subscription")
        session.delete(found)
    return JSONResponse({})


def _view(key: ApiKey, hook: Hook) -> HookView:
    return HookView(id=f"hook_{hook.id:04}", event=hook.event, target_url=hook.target_url, secret=secret_of(key, hook))


def _wrong_event(event: str) -> list[Place]:
    if is_known(event):
        return []
    return [at(["event"], "is not known", f"known are {', '.join(EVENTS)}")]


def _wrong_target(api: Api, address: str) -> list[Place]:
    """Who may be told. What a name leads to is looked at when the connection is made, each time."""
    try:
        url = urlsplit(address)
        inside = _inside(api, url)
    except ValueError:
        return [at(["target_url"], "is not a web address", "it starts with https://")]
    if url.scheme not in {"https", "http"} or not url.hostname or not address.isascii() or not address.isprintable():
        return [at(["target_url"], "is not a web address", "it starts with https://")]
    if url.username is not None or url.fragment:
        return [at(["target_url"], "holds a user, a password or a fragment", "leave them out")]
    if inside == "refused":
        hint = "an operator can allow it with network.private_addresses"
        return [at(["target_url"], "is an address inside a private network", hint)]
    if url.scheme != "https" and inside != "allowed":
        return [at(["target_url"], "must start with https://", "what is told holds data of buyers")]
    return []


def _inside(api: Api, url: SplitResult) -> str:
    """For an address in numbers: whether it is a private one, and then whether the operator allows it."""
    host = url.hostname or ""
    _ = url.port  # raises for one that is no number
    if host == "localhost" or host.endswith(".localhost"):
        return "refused"
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return ""
    private = api.flow.settings.network.private_addresses
    if listed(found, private):
        return "allowed"
    return "refused" if is_inside(found) else ""
