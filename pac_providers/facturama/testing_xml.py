"""The CFDI that the fake Facturama writes from the JSON it gets, totalled and sealed by itself."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from xml.sax.saxutils import quoteattr

Json = Mapping[str, Any]

_IMPUESTO = {"IVA": "002", "IVA Exento": "002", "IVA RET": "002", "IEPS": "003", "ISR": "001"}
_CENT = Decimal("0.01")
_CFDI, _PAGOS = "http://www.sat.gob.mx/cfd/4", "http://www.sat.gob.mx/Pagos20"
_PAGO = {
    "ProductCode": "84111506", "Quantity": "1", "UnitCode": "ACT", "Description": "Pago", "UnitPrice": "0",
    "Subtotal": "0", "TaxObject": "01",
}  # fmt: skip


def cfdi(order: Json, issuer: Json) -> bytes:
    """A sealed CFDI 4.0; raises KeyError where the order lacks something."""
    receipt = order["CfdiType"] == "P"
    items = [_PAGO] if receipt else order["Items"]
    inside = (
        _informacion_global(order.get("GlobalInformation"))
        + _relacionados(order.get("Relations"))
        + tag("Emisor", Rfc=issuer["Rfc"], Nombre=issuer["Name"], RegimenFiscal=issuer["FiscalRegime"])
        + _receptor(order["Receiver"])
        + wrap("Conceptos", map(_concepto, items))
        + ("" if receipt else _resumen(items))
        + (_pagos(order["Complemento"]["Payments"]) if receipt else "")
    )
    sello = base64.b64encode(hashlib.sha512(inside.encode()).digest() * 4).decode()
    head = _head(order, items, sello)
    spaces = f' xmlns:cfdi="{_CFDI}"' + (f' xmlns:pago20="{_PAGOS}"' if receipt else "")
    text = tag("Comprobante", inside, **head).replace("<cfdi:Comprobante", f"<cfdi:Comprobante{spaces}", 1)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()


def tag(name: str, inside: str = "", /, **attributes: Any) -> str:
    """An element; attributes that are None are left out."""
    full = name if ":" in name else f"cfdi:{name}"
    said = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items() if value is not None)
    return f"<{full}{said}>{inside}</{full}>" if inside else f"<{full}{said}/>"


def wrap(name: str, parts: Iterable[str]) -> str:
    """The parts in an element, nothing if there are none."""
    inside = "".join(parts)
    return tag(name, inside) if inside else ""


def _head(order: Json, items: list[Json], sello: str) -> dict[str, Any]:
    head = {
        "Version": "4.0",
        "Serie": order.get("Serie"),
        "Folio": order["Folio"],
        "Fecha": order["Date"],
        "Sello": sello,
        "FormaPago": order.get("PaymentForm"),
        "NoCertificado": "30001000000500003416",
        "Certificado": "Q1NEIGRlIHBydWViYQ==",
        "CondicionesDePago": order.get("PaymentConditions"),
    }
    if order["CfdiType"] == "P":
        head |= {"SubTotal": "0", "Moneda": "XXX", "Total": "0"}
    else:
        discounts = [Decimal(item["Discount"]) for item in items if "Discount" in item]
        head |= {
            "SubTotal": _money(sum(Decimal(item["Subtotal"]) for item in items)),
            "Descuento": _money(sum(discounts)) if discounts else None,
            "Moneda": order["Currency"],
            "TipoCambio": order.get("CurrencyExchangeRate"),
            "Total": _total(items),
        }
    return head | {
        "TipoDeComprobante": order["CfdiType"],
        "Exportacion": order.get("Exportation", "01"),
        "MetodoPago": order.get("PaymentMethod"),
        "LugarExpedicion": order["ExpeditionPlace"],
    }


def _informacion_global(told: Json | None) -> str:
    if not told:
        return ""
    return tag("InformacionGlobal", Periodicidad=told["Periodicity"], Meses=told["Months"], Año=told["Year"])


def _relacionados(told: Json | None) -> str:
    if not told:
        return ""
    return tag(
        "CfdiRelacionados",
        "".join(tag("CfdiRelacionado", UUID=one["Uuid"]) for one in told["Cfdis"]),
        TipoRelacion=told["Type"],
    )


def _receptor(told: Json) -> str:
    return tag(
        "Receptor",
        Rfc=told["Rfc"],
        Nombre=told["Name"],
        DomicilioFiscalReceptor=told["TaxZipCode"],
        ResidenciaFiscal=told.get("TaxResidence"),
        NumRegIdTrib=told.get("TaxRegistrationNumber"),
        RegimenFiscalReceptor=told["FiscalRegime"],
        UsoCFDI=told["CfdiUse"],
    )


def _concepto(item: Json) -> str:
    taxes = item.get("Taxes", [])
    tercero = item.get("ThirdPartyAccount")
    inside = wrap("Impuestos", [_taxes(taxes, "")]) + (_tercero(tercero) if tercero else "")
    return tag(
        "Concepto",
        inside,
        ClaveProdServ=item["ProductCode"],
        NoIdentificacion=item.get("IdentificationNumber"),
        Cantidad=item["Quantity"],
        ClaveUnidad=item["UnitCode"],
        Unidad=item.get("Unit"),
        Descripcion=item["Description"],
        ValorUnitario=item["UnitPrice"],
        Importe=item["Subtotal"],
        Descuento=item.get("Discount"),
        ObjetoImp=item["TaxObject"],
    )


def _tercero(told: Json) -> str:
    return tag(
        "ACuentaTerceros",
        RfcACuentaTerceros=told["Rfc"],
        NombreACuentaTerceros=told["Name"],
        RegimenFiscalACuentaTerceros=told["FiscalRegime"],
        DomicilioFiscalACuentaTerceros=told["TaxZipCode"],
    )


def _taxes(taxes: list[Json], suffix: str) -> str:
    space = f"pago20:{{}}{suffix}" if suffix else "{}"

    def rows(name: str, *, retained: bool) -> Iterable[str]:
        return [tag(space.format(name), **_row(tax, suffix)) for tax in taxes if tax["IsRetention"] is retained]

    traslados = wrap(space.format("Traslados"), rows("Traslado", retained=False))
    retenciones = wrap(space.format("Retenciones"), rows("Retencion", retained=True))
    return retenciones + traslados if suffix else traslados + retenciones


def _row(tax: Json, suffix: str) -> dict[str, Any]:
    exempt = tax["Name"] == "IVA Exento"
    values = {
        "Base": tax["Base"],
        "Impuesto": _IMPUESTO[tax["Name"]],
        "TipoFactor": "Exento" if exempt else "Cuota" if tax["IsQuota"] else "Tasa",
        "TasaOCuota": None if exempt else tax["Rate"],
        "Importe": None if exempt else tax["Total"],
    }
    return {f"{name}{suffix}": value for name, value in values.items()}


def _resumen(items: list[Json]) -> str:
    retained: dict[str, Decimal] = defaultdict(Decimal)
    charged: dict[tuple[Any, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for tax in [tax for item in items for tax in item.get("Taxes", [])]:
        row = _row(tax, "")
        if tax["IsRetention"]:
            retained[row["Impuesto"]] += Decimal(tax["Total"])
        else:
            sums = charged[row["Impuesto"], row["TipoFactor"], row["TasaOCuota"]]
            sums[0] += Decimal(tax["Base"])
            sums[1] += Decimal(tax["Total"])
    if not retained and not charged:
        return ""
    retenciones = [tag("Retencion", Impuesto=name, Importe=_money(amount)) for name, amount in retained.items()]
    traslados = [
        tag("Traslado", Base=_money(base), Impuesto=impuesto, TipoFactor=factor, TasaOCuota=tasa,
            Importe=None if factor == "Exento" else _money(importe))
        for (impuesto, factor, tasa), (base, importe) in charged.items()
    ]  # fmt: skip
    taxed = [importe for (_, factor, _), (_, importe) in charged.items() if factor != "Exento"]
    return tag(
        "Impuestos",
        wrap("Retenciones", retenciones) + wrap("Traslados", traslados),
        TotalImpuestosRetenidos=_money(sum(map(_cents, retained.values()))) if retained else None,
        TotalImpuestosTrasladados=_money(sum(map(_cents, taxed))) if taxed else None,
    )


def _pagos(payments: list[Json]) -> str:
    amount = sum(Decimal(one["Amount"]) * Decimal(one.get("ExchangeRate", 1)) for one in payments)
    totals = tag("pago20:Totales", MontoTotalPagos=_money(amount))
    return tag("Complemento", tag("pago20:Pagos", totals + "".join(map(_pago, payments)), Version="2.0"))


def _pago(told: Json) -> str:
    return tag(
        "pago20:Pago",
        "".join(map(_documento, told["RelatedDocuments"])),
        FechaPago=told["Date"],
        FormaDePagoP=told["PaymentForm"],
        MonedaP=told["Currency"],
        TipoCambioP=told.get("ExchangeRate"),
        Monto=told["Amount"],
        NumOperacion=told.get("OperationNumber"),
        RfcEmisorCtaOrd=told.get("RfcIssuerPayerAccount"),
        NomBancoOrdExt=told.get("ForeignAccountNamePayer"),
        CtaOrdenante=told.get("PayerAccount"),
        RfcEmisorCtaBen=told.get("RfcReceiverBeneficiaryAccount"),
        CtaBeneficiario=told.get("BeneficiaryAccount"),
    )


def _documento(told: Json) -> str:
    return tag(
        "pago20:DoctoRelacionado",
        wrap("pago20:ImpuestosDR", [_taxes(told.get("Taxes", []), "DR")]),
        IdDocumento=told["Uuid"],
        Serie=told.get("Serie"),
        Folio=told.get("Folio"),
        MonedaDR=told["Currency"],
        EquivalenciaDR=told.get("EquivalenceDocRel"),
        NumParcialidad=told["PartialityNumber"],
        ImpSaldoAnt=told["PreviousBalanceAmount"],
        ImpPagado=told["AmountPaid"],
        ImpSaldoInsoluto=told["ImpSaldoInsoluto"],
        ObjetoImpDR=told["TaxObject"],
    )


def _total(items: list[Json]) -> str:
    taxes = [tax for item in items for tax in item.get("Taxes", [])]
    signed = [-Decimal(tax["Total"]) if tax["IsRetention"] else Decimal(tax["Total"]) for tax in taxes]
    lines = [Decimal(item["Subtotal"]) - Decimal(item.get("Discount", 0)) for item in items]
    return _money(sum(lines, Decimal(0)) + sum(signed, Decimal(0)))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _money(amount: Decimal | int) -> str:
    return str(_cents(Decimal(amount)))
