"""A Concepto and its taxes as Facturapi's JSON. It computes amounts itself, so they must be what it will compute."""

from decimal import Decimal
from typing import Any

from hub.plugin import CfdiNode, DataError

from .values import cents, follows, is_near

Json = dict[str, Any]

_TYPES = {"001": "ISR", "002": "IVA", "003": "IEPS"}


def item(node: CfdiNode) -> Json:
    """A line.

    Raises:
        DataError: its amounts do not follow from quantity, price and rates, or a tax has no name there.
    """
    quantity, price = node.need_number("Cantidad"), node.need_number("ValorUnitario")
    importe, discount = node.need_number("Importe"), node.number("Descuento")
    follows(importe, quantity * price, "Importe")
    sku, unit = node.get("NoIdentificacion"), node.get("Unidad")
    tercero = node.child("ACuentaTerceros")
    product = {
        "description": node.need("Descripcion"),
        "product_key": node.need("ClaveProdServ"),
        "price": price,
        "tax_included": False,
        "taxability": node.need("ObjetoImp"),
        "taxes": _with_mode(taxes_of(node.child("Impuestos")), importe - (discount or 0)),
        "unit_key": node.need("ClaveUnidad"),
    }
    product |= ({"sku": sku} if sku else {}) | ({"unit_name": unit} if unit else {})
    line = {
        "quantity": quantity,
        "product": product,
        "discount": discount or None,
        "third_party": tercero and _tercero(tercero),
        "customs_keys": _pedimentos(node),
        "property_tax_account": [one.need("Numero") for one in node.children("CuentaPredial")] or None,
        "parts": [_parte(one) for one in node.children("Parte")] or None,
    }
    return {name: value for name, value in line.items() if value is not None}


def adds_up(lines: list[Json], total: Decimal, rounds: str) -> None:
    """What Facturapi will compute of these lines is the total of the CFDI; as long as it is unknown, either way.

    Raises:
        DataError: it is not.
    """
    net = sum([line["quantity"] * line["product"]["price"] - line.get("discount", 0) for line in lines], Decimal(0))
    by_rate: dict[tuple[Any, ...], Decimal] = {}
    for tax in [tax for line in lines for tax in line["product"]["taxes"]]:
        sign = -1 if tax["withholding"] else 1
        kind = (tax["type"], tax["factor"], tax["rate"], sign)
        by_rate[kind] = by_rate.get(kind, Decimal(0)) + sign * tax["base"] * tax["rate"]
    at_the_end = cents(net + sum(by_rate.values(), Decimal(0)))
    by_tax = cents(net) + sum([cents(amount) for amount in by_rate.values()], Decimal(0))
    possible = {"at_the_end": {at_the_end}, "by_tax": {by_tax}}.get(rounds, {at_the_end, by_tax})
    if possible != {total}:
        totals = " or ".join(sorted(map(str, possible)))
        raise DataError(f"Facturapi would compute a total of {totals}, and the CFDI says {total}", field="Total")


def taxes_of(node: CfdiNode | None, suffix: str = "") -> list[Json]:
    """The taxes of a Concepto, or with `suffix` DR of a document paid; raises as `item`."""
    if node is None:
        return []
    traslados = node.children(f"Traslados{suffix}", f"Traslado{suffix}")
    retenciones = node.children(f"Retenciones{suffix}", f"Retencion{suffix}")
    return [_tax(tax, suffix, withholding=False) for tax in traslados] + [
        _tax(tax, suffix, withholding=True) for tax in retenciones
    ]


def _tax(node: CfdiNode, suffix: str, *, withholding: bool) -> Json:
    impuesto, factor = node.need(f"Impuesto{suffix}"), node.need(f"TipoFactor{suffix}")
    base, rate = node.need_number(f"Base{suffix}"), node.number(f"TasaOCuota{suffix}")
    importe = node.number(f"Importe{suffix}")
    if impuesto not in _TYPES:
        raise DataError(f"Facturapi has no tax {impuesto}", field=f"Impuesto{suffix}")
    if rate is not None and importe is not None:
        follows(importe, base * rate, f"Importe{suffix} of {_TYPES[impuesto]}")
    return {
        "type": _TYPES[impuesto],
        "factor": factor,
        "rate": Decimal(0) if rate is None else rate,
        "base": base,
        "withholding": withholding,
    }


def _with_mode(taxes: list[Json], net: Decimal) -> list[Json]:
    """IEPS says whether the other taxes of the line are charged on it, too: their bases tell."""
    ieps = [tax for tax in taxes if tax["type"] == "IEPS" and not tax["withholding"]]
    if not ieps:
        return taxes
    on_top = net + sum([tax["base"] * tax["rate"] for tax in ieps], Decimal(0))
    bases = [tax["base"] for tax in taxes if tax["type"] == "IVA"]
    if all(is_near(base, on_top) for base in bases):
        mode = "sum_before_taxes"
    elif all(is_near(base, net) for base in bases):
        mode = "break_down"
    else:
        raise DataError("Facturapi charges IVA on the price with IEPS or without it, and this base is neither")
    return [{**tax, "ieps_mode": mode} if tax["type"] == "IEPS" else tax for tax in taxes]


def _pedimentos(node: CfdiNode) -> list[str] | None:
    return [one.need("NumeroPedimento") for one in node.children("InformacionAduanera")] or None


def _parte(node: CfdiNode) -> Json:
    quantity, price, importe = node.need_number("Cantidad"), node.number("ValorUnitario"), node.number("Importe")
    if importe is not None:
        follows(importe, quantity * (price or 0), "Importe of a Parte")
    values = {
        "description": node.need("Descripcion"),
        "product_key": node.need("ClaveProdServ"),
        "quantity": quantity,
        "sku": node.get("NoIdentificacion"),
        "unit_price": price,
        "unit_name": node.get("Unidad"),
        "customs_keys": _pedimentos(node),
    }
    return {name: value for name, value in values.items() if value is not None}


def _tercero(node: CfdiNode) -> Json:
    return {
        "legal_name": node.need("NombreACuentaTerceros"),
        "tax_id": node.need("RfcACuentaTerceros"),
        "tax_system": node.need("RegimenFiscalACuentaTerceros"),
        "zip": node.need("DomicilioFiscalACuentaTerceros"),
    }
