"""What a record tells of the buyer, in the order of trust."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hub.plugin import Buyer, Record

from .config import StripeConfig
from .keys import text
from .places import typed_in, value_of

_SEPARATORS = re.compile(r"[\s\-.]")
_REGIMEN, _USO = re.compile(r"\d{3}"), re.compile(r"[A-Z]{1,2}\d{2}")
RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}")


def buyer_of(record: Record, config: StripeConfig) -> Buyer:
    """Every field that any of Stripe's objects holds; nothing is checked against SAT here."""
    address, typed = _address(record), typed_in(record)
    return Buyer(
        rfc=_rfc(record, config, typed) or None,
        nombre=value_of(record, config, "nombre", typed) or _name(record) or None,
        codigo_postal=value_of(record, config, "codigo_postal", typed) or text(address.get("postal_code")) or None,
        regimen_fiscal=_code(value_of(record, config, "regimen_fiscal", typed), _REGIMEN),
        uso_cfdi=_code(value_of(record, config, "uso_cfdi", typed).upper(), _USO),
        email=value_of(record, config, "email", typed) or _email(record) or None,
        phone=value_of(record, config, "phone", typed) or _phone(record) or None,
        country=text(address.get("country")) or None,
        customer_id=text(_first(record, "customer")) or None,
    )


def _rfc(record: Record, config: StripeConfig, typed: Sequence[Mapping[str, Any]]) -> str:
    told = _mapped(record, config) or _tax_id(record) or value_of(record, config, "rfc", typed)
    return _SEPARATORS.sub("", told).upper() if told else ""


def _mapped(record: Record, config: StripeConfig) -> str:
    return value_of(record, config, "rfc") if "rfc" in config.fields else ""


def _tax_id(record: Record) -> str:
    customer = record["customer"] or {}
    lists = (
        (record["invoice"] or {}).get("customer_tax_ids"),
        _details(record).get("tax_ids"),
        (customer.get("tax_ids") or {}).get("data"),
    )
    known = [text(each.get("value")) for tax_ids in lists for each in tax_ids or [] if each.get("type") == "mx_rfc"]
    billing = text(_billing(record).get("tax_id")).upper()
    return next((value for value in known if value), billing if RFC.fullmatch(billing) else "")


def _details(record: Record) -> Mapping[str, Any]:
    return (record["session"] or {}).get("customer_details") or {}


def _billing(record: Record) -> Mapping[str, Any]:
    return (record["charge"] or {}).get("billing_details") or {}


def _first(record: Record, name: str) -> Any:
    objects = (record[kind] or {} for kind in ("invoice", "session", "payment_intent", "charge"))
    return next((found[name] for found in objects if found.get(name)), None)


def _name(record: Record) -> str:
    invoice, details, customer = record["invoice"] or {}, _details(record), record["customer"] or {}
    names = (
        details.get("business_name"),
        customer.get("business_name"),
        invoice.get("customer_name"),
        details.get("name"),
        customer.get("name"),
        _billing(record).get("name"),
    )
    return next((found for name in names if (found := text(name))), "")


def _email(record: Record) -> str:
    invoice, customer = record["invoice"] or {}, record["customer"] or {}
    emails = (
        invoice.get("customer_email"),
        _details(record).get("email"),
        customer.get("email"),
        _billing(record).get("email"),
        (record["payment_intent"] or {}).get("receipt_email"),
    )
    return next((found for email in emails if (found := text(email))), "")


def _phone(record: Record) -> str:
    customer = record["customer"] or {}
    phones = (_details(record).get("phone"), customer.get("phone"), _billing(record).get("phone"))
    return next((found for phone in phones if (found := text(phone))), "")


def _address(record: Record) -> Mapping[str, Any]:
    # Billing addresses only: where a parcel went says nothing about a domicilio fiscal.
    addresses = (
        (record["invoice"] or {}).get("customer_address"),
        _details(record).get("address"),
        (record["customer"] or {}).get("address"),
        _billing(record).get("address"),
    )
    return next((address for address in addresses if address), {})


def _code(value: str, pattern: re.Pattern[str]) -> str | None:
    """`601 - General de Ley` -> `601`."""
    found = pattern.match(value.strip()) if value else None
    return found.group() if found else None
