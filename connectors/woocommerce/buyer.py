"""What an order tells of the buyer. Every plugin for invoices writes it under meta keys of its own."""

import re

from hub.plugin import Buyer, Fields, Record, text_of

from .config import WooCommerceConfig

_IN_FRONT = re.compile(r"^_*(billing_|facturacion_|factura_|fiscal_|cfdi_)?(?=.)", re.IGNORECASE)


def fields_of(record: Record, config: WooCommerceConfig) -> Fields:
    """The meta data under its usual names: `_billing_rfc`, `_wc_other/facturacion/rfc` and `rfc` are all `rfc`."""
    meta: Record = record["meta"]
    plain = {_IN_FRONT.sub("", key.rpartition("/")[2]): value for key, value in meta.items() if "shipping" not in key}
    return Fields({"order": record["order"], "meta": meta}, (meta, plain), config.fields)


def buyer_of(record: Record, config: WooCommerceConfig) -> Buyer:
    """The buyer; a parcel's address says nothing of him.

    The customer's number is left out: when somebody registers, WooCommerce gives him the earlier orders of guests that
    typed the same e-mail, so the number proves nothing.
    """
    billing = record["order"].get("billing") or {}
    person = f"{text_of(billing.get('first_name'))} {text_of(billing.get('last_name'))}".strip()
    return fields_of(record, config).buyer(
        nombre=text_of(billing.get("company")) or person,
        codigo_postal=text_of(billing.get("postcode")),
        email=text_of(billing.get("email")),
        phone=text_of(billing.get("phone")),
        country=text_of(billing.get("country")),
    )
