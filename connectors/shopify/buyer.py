"""What an order tells of the buyer, in the order of trust."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .config import BuyerField, ShopifyConfig
from .keys import ALIASES, plain, text

RFC = re.compile(r"(?<![A-ZÑ&0-9])[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}(?![A-Z0-9])")
LOCALIZED = {
    "rfc": "TAX_CREDENTIAL_MX",
    "regimen_fiscal": "TAX_CREDENTIAL_TYPE_MX",
    "uso_cfdi": "TAX_CREDENTIAL_USE_MX",
}
_SEPARATORS = re.compile(r"[\s\-.]")
_REGIMEN, _USO = re.compile(r"\d{3}"), re.compile(r"[A-Z]{1,2}\d{2}")
Order = Mapping[str, Any]


def buyer_of(order: Order, config: ShopifyConfig) -> dict[str, str]:
    """The arguments of a `Buyer`; nothing is checked against SAT here.

    The customer's id is left out: an order by a guest carries the id of whoever owns the e-mail that he typed, so it
    proves nothing (docs/adr/0003).
    """
    billing: Mapping[str, Any] = order.get("billingAddress") or {}
    customer: Mapping[str, Any] = order.get("customer") or {}
    typed = _typed(order)
    tell = {
        "rfc": _rfc(_told(order, config, typed, "rfc")) or _in_note(order),
        "nombre": _told(order, config, typed, "nombre")
        or text(billing.get("company"))
        or text(billing.get("name"))
        or text(customer.get("displayName")),
        "codigo_postal": _told(order, config, typed, "codigo_postal") or text(billing.get("zip")),
        "regimen_fiscal": _code(_told(order, config, typed, "regimen_fiscal"), _REGIMEN),
        "uso_cfdi": _code(_told(order, config, typed, "uso_cfdi").upper(), _USO),
        "email": _told(order, config, typed, "email") or text(order.get("email")) or _email(customer),
        "phone": _told(order, config, typed, "phone") or text(order.get("phone")) or text(billing.get("phone")),
        "country": text(billing.get("countryCodeV2")),
    }
    return {name: value for name, value in tell.items() if value}


def _told(order: Order, config: ShopifyConfig, typed: Mapping[str, str], field: BuyerField) -> str:
    wanted = config.fields.get(field)
    if wanted is not None:
        for path in (wanted,) if isinstance(wanted, str) else wanted:
            if found := _at(order, path):
                return found
    key = LOCALIZED.get(field)
    if key:
        for localized in order["localizedFields"]:
            if localized["key"] == key and (found := text(localized["value"])):
                return found
    if typed:
        for name in ALIASES.get(field, ()):
            if name in typed:
                return typed[name]
    return ""


def _typed(order: Order) -> dict[str, str]:
    """What was typed in the cart, and where it says nothing, beside a product."""
    told: dict[str, str] = {}
    for place in (order["customAttributes"], *(line["customAttributes"] for line in order["lineItems"])):
        for attribute in place:
            value = text(attribute["value"])
            if value:
                told.setdefault(plain(attribute["key"]), value)
    return told


def _at(order: Order, path: str) -> str:
    """`attributes.RFC`, `properties.RFC`, `localized.TAX_CREDENTIAL_MX`, `metafields.a.b`, `billingAddress.company`."""
    if "metafields." in path:
        return text(order.get(path))
    head, _, rest = path.partition(".")
    place = plain(head)
    if place in {"attributes", "customattributes", "noteattributes"}:
        return _named(order["customAttributes"], rest)
    if place == "properties":
        return _named((each for line in order["lineItems"] for each in line["customAttributes"]), rest)
    if place in {"localized", "localizedfields"}:
        return _named(order["localizedFields"], rest)
    found: Any = order
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return text(found)


def _named(attributes: Iterable[Mapping[str, Any]], name: str) -> str:
    wanted = plain(name)
    values = (text(each["value"]) for each in attributes if plain(each["key"]) == wanted)
    return next((value for value in values if value), "")


def _rfc(told: str) -> str:
    return _SEPARATORS.sub("", told).upper() if told else ""


def _in_note(order: Order) -> str:
    note = order["note"]
    found = RFC.search(note.upper()) if note else None
    return found.group() if found else ""


def _code(value: str, form: re.Pattern[str]) -> str:
    """`601 - General de Ley` -> `601`."""
    found = form.match(value) if value else None
    return found.group() if found else ""


def _email(customer: Mapping[str, Any]) -> str:
    return text((customer.get("defaultEmailAddress") or {}).get("emailAddress"))
