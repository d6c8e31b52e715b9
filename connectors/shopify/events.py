"""From a webhook to what must be read again. The body is a hint only; nothing of it becomes an invoice."""

from collections.abc import Callable

from hub.plugin import DataError, Ignored, RawRequest

from .api import Json

INSTALLATION = "installation"
DISPUTE = "dispute:"

Target = str | Ignored

PRIVACY = {
    "customers/data_request": "a customer asks what is stored about him",
    "customers/redact": "a customer asks to be forgotten",
    "shop/redact": "the shop's data are to be deleted, 48 hours after the app was uninstalled",
}


def header(request: RawRequest, name: str) -> str:
    """A header of Shopify's, with or without the `X-` in front; an empty string if it is missing."""
    return request.headers.get(f"x-shopify-{name}") or request.headers.get(f"shopify-{name}") or ""


def target_of(topic: str, body: Json) -> Target:
    """What a webhook of this topic speaks of: an order's id, `dispute:` and an id, or `installation`.

    Raises:
        DataError: it names nothing, or a person must act.
    """
    if topic in PRIVACY:
        raise DataError(
            f"{topic}: {PRIVACY[topic]}",
            hint="answer it within 30 days; CFDI must be kept for five years (CFF 30), other data need not",
        )
    handler = HANDLERS.get(topic)
    return handler(topic, body) if handler else Ignored(f"the topic {topic or '(none)'} is not handled")


def _order(topic: str, body: Json) -> Target:
    return _id(topic, body, "id")


def _of_order(topic: str, body: Json) -> Target:
    return _id(topic, body, "order_id")


def _edited(topic: str, body: Json) -> Target:
    edit = body.get("order_edit")
    return _id(topic, edit if isinstance(edit, dict) else {}, "order_id")


def _dispute(topic: str, body: Json) -> Target:
    status = body.get("status")
    if status not in {"lost", "accepted"}:
        return Ignored(
            f"chargeback {body.get('id')} is {status}; answer it in Shopify, the invoice changes only if it is lost"
        )
    return DISPUTE + _id(topic, body, "id")


def _uninstalled(_: str, __: Json) -> Target:
    return INSTALLATION


def _id(topic: str, body: Json, name: str) -> str:
    found = body.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or found <= 0:
        raise DataError(
            f"{topic}: the body names no {name}",
            hint="if the subscription limits its fields (include_fields), let it send this one, too",
            field=name,
        )
    return str(found)


HANDLERS: dict[str, Callable[[str, Json], Target]] = {
    "orders/create": _order,
    "orders/paid": _order,
    "orders/partially_paid": _order,
    "orders/updated": _order,
    "orders/cancelled": _order,
    "orders/fulfilled": _order,
    "orders/edited": _edited,
    "refunds/create": _of_order,
    "order_transactions/create": _of_order,
    "tender_transactions/create": _of_order,
    "disputes/create": _dispute,
    "disputes/update": _dispute,
    "app/uninstalled": _uninstalled,
}
