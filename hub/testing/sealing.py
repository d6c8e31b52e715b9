"""What a fake PAC does that seals: it writes, totals and seals a CFDI from what it was told in its own model."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from xml.sax.saxutils import quoteattr

Attributes = Mapping[str, Any]
"""Attributes by SAT's names; those that are None are left out."""

_CENT = Decimal("0.01")
_CFDI, _PAGOS = "http://www.sat.gob.mx/cfd/4", "http://www.sat.gob.mx/Pagos20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """A tax of a Concepto or of a document paid; `tasa` and `importe` are None where it is exempt."""

    base: Any
    impuesto: str
    factor: str
    tasa: Any = None
    importe: Any = None
    retained: bool = False

    def attributes(self, suffix: str = "") -> dict[str, Any]:
        """By SAT's names; `suffix` is DR for a document paid."""
        values = (self.base, self.impuesto, self.factor, self.tasa, self.importe)
        names = ("Base", "Impuesto", "TipoFactor", "TasaOCuota", "Importe")
        return {f"{name}{suffix}": value for name, value in zip(names, values, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A Concepto."""

    attributes: Attributes
    taxes: Sequence[Tax] = ()
    tercero: Attributes | None = None
    pedimentos: Sequence[str] = ()
    cuentas_prediales: Sequence[str] = ()
    partes: Sequence[tuple[Attributes, Sequence[str]]] = ()
    """Each with its own pedimentos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment and the documents that it pays, each with its taxes."""

    attributes: Attributes
    documents: Sequence[tuple[Attributes, Sequence[Tax]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything that a PAC is told of a CFDI. Totals and the seal are not among it."""

    head: Attributes
    emisor: Attributes
    receptor: Attributes
    lines: Sequence[Line] = ()
    payments: Sequence[Paid] = ()
    informacion_global: Attributes | None = None
    related: Sequence[tuple[str, Sequence[str]]] = field(default=())


RECEIPT_LINE = Line(
    attributes={
        "ClaveProdServ": "84111506", "Cantidad": "1", "ClaveUnidad": "ACT", "Descripcion": "Pago", "ValorUnitario": "0",
        "Importe": "0", "ObjetoImp": "01",
    }
)  # fmt: skip
"""The one line of every receipt of payments."""


def sealed(order: Order) -> bytes:
    """The CFDI 4.0 with a seal that belongs to nobody."""
    lines = order.lines or [RECEIPT_LINE]
    inside = (
        (_tag("InformacionGlobal", **order.informacion_global) if order.informacion_global else "")
        + "".join(_related(tipo, uuids) for tipo, uuids in order.related)
        + _tag("Emisor", **order.emisor)
        + _tag("Receptor", **order.receptor)
        + _wrap("Conceptos", map(_concepto, lines))
        + _resumen([tax for line in lines for tax in line.taxes])
        + _pagos(order.payments)
    )
    sello = base64.b64encode(hashlib.sha512(f"{order.head}{inside}".encode()).digest() * 4).decode()
    spaces = f' xmlns:cfdi="{_CFDI}"' + (f' xmlns:pago20="{_PAGOS}"' if order.payments else "")
    text = _tag("Comprobante", inside, **_head(order, lines, sello))
    text = text.replace("<cfdi:Comprobante", f"<cfdi:Comprobante{spaces}", 1)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()


def _head(order: Order, lines: Sequence[Line], sello: str) -> dict[str, Any]:
    seal = {"Version": "4.0", "Sello": sello, "NoCertificado": "30001000000500003416", "Certificado": "Q1NE"}
    if order.payments:
        return {**order.head, **seal, "SubTotal": "0", "Moneda": "XXX", "Total": "0"}
    discounts = [
        Decimal(line.attributes["Descuento"]) for line in lines if line.attributes.get("Descuento") is not None
    ]
    subtotal = sum((Decimal(line.attributes["Importe"]) for line in lines), Decimal(0))
    taxes = [tax for line in lines for tax in line.taxes if tax.importe is not None]
    charged = sum((-Decimal(tax.importe) if tax.retained else Decimal(tax.importe) for tax in taxes), Decimal(0))
    return {
        **order.head,
        **seal,
        "SubTotal": _money(subtotal),
        "Descuento": _money(sum(discounts, Decimal(0))) if discounts else None,
        "Total": _money(subtotal - sum(discounts, Decimal(0)) + charged),
    }


def _related(tipo: str, uuids: Sequence[str]) -> str:
    return _tag("CfdiRelacionados", "".join(_tag("CfdiRelacionado", UUID=uuid) for uuid in uuids), TipoRelacion=tipo)


def _concepto(line: Line) -> str:
    inside = (
        _wrap("Impuestos", [_taxes(line.taxes, "")])
        + (_tag("ACuentaTerceros", **line.tercero) if line.tercero else "")
        + _pedimentos(line.pedimentos)
        + "".join(_tag("CuentaPredial", Numero=number) for number in line.cuentas_prediales)
        + "".join(_tag("Parte", _pedimentos(pedimentos), **parte) for parte, pedimentos in line.partes)
    )
    return _tag("Concepto", inside, **line.attributes)


def _pedimentos(numbers: Sequence[str]) -> str:
    return "".join(_tag("InformacionAduanera", NumeroPedimento=number) for number in numbers)


def _taxes(taxes: Sequence[Tax], suffix: str) -> str:
    def rows(name: str, *, retained: bool) -> str:
        found = [_tag(_named(name, suffix), **tax.attributes(suffix)) for tax in taxes if tax.retained is retained]
        return _wrap(_named({"Traslado": "Traslados", "Retencion": "Retenciones"}[name], suffix), found)

    traslados, retenciones = rows("Traslado", retained=False), rows("Retencion", retained=True)
    return retenciones + traslados if suffix else traslados + retenciones


def _named(name: str, suffix: str) -> str:
    return f"pago20:{name}{suffix}" if suffix else name


def _resumen(taxes: Sequence[Tax]) -> str:
    retained: dict[str, Decimal] = defaultdict(Decimal)
    charged: dict[tuple[Any, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for tax in taxes:
        if tax.retained:
            retained[tax.impuesto] += Decimal(tax.importe)
            continue
        sums = charged[tax.impuesto, tax.factor, tax.tasa]
        sums[0] += Decimal(tax.base)
        sums[1] += Decimal(tax.importe or 0)
    if not retained and not charged:
        return ""
    retenciones = [_tag("Retencion", Impuesto=name, Importe=_money(amount)) for name, amount in retained.items()]
    traslados = [
        _tag("Traslado", **Tax(base=_money(base), impuesto=impuesto, factor=factor, tasa=tasa,
                               importe=None if factor == "Exento" else _money(importe)).attributes())
        for (impuesto, factor, tasa), (base, importe) in charged.items()
    ]  # fmt: skip
    taxed = [importe for (_, factor, _), (_, importe) in charged.items() if factor != "Exento"]
    return _tag(
        "Impuestos",
        _wrap("Retenciones", retenciones) + _wrap("Traslados", traslados),
        TotalImpuestosRetenidos=_money(sum(map(_cents, retained.values()), Decimal(0))) if retained else None,
        TotalImpuestosTrasladados=_money(sum(map(_cents, taxed), Decimal(0))) if taxed else None,
    )


def _pagos(payments: Sequence[Paid]) -> str:
    if not payments:
        return ""
    amounts = [Decimal(one.attributes["Monto"]) * Decimal(one.attributes.get("TipoCambioP") or 1) for one in payments]
    totals = _tag("pago20:Totales", MontoTotalPagos=_money(sum(amounts, Decimal(0))))
    return _tag("Complemento", _tag("pago20:Pagos", totals + "".join(map(_pago, payments)), Version="2.0"))


def _pago(paid: Paid) -> str:
    documents = (
        _tag("pago20:DoctoRelacionado", _wrap("pago20:ImpuestosDR", [_taxes(taxes, "DR")]), **attributes)
        for attributes, taxes in paid.documents
    )
    return _tag("pago20:Pago", "".join(documents), **paid.attributes)


def _tag(name: str, inside: str = "", /, **attributes: Any) -> str:
    full = name if ":" in name else f"cfdi:{name}"
    said = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items() if value is not None)
    return f"<{full}{said}>{inside}</{full}>" if inside else f"<{full}{said}/>"


def _wrap(name: str, parts: Iterable[str]) -> str:
    inside = "".join(parts)
    return _tag(name, inside) if inside else ""


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _money(amount: Decimal) -> str:
    return str(_cents(amount))
