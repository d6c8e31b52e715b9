"""Facturama's JSON as the fake reads it."""

from collections.abc import Mapping
from typing import Any

from hub.testing.sealing import Line, Order, Paid, Tax, sealed

Json = Mapping[str, Any]

_IMPUESTO = {"IVA": "002", "IVA Exento": "002", "IVA RET": "002", "IEPS": "003", "ISR": "001"}


def cfdi(order: Json, issuer: Json) -> bytes:
    """The CFDI that Facturama seals; raises KeyError where the order lacks something."""
    receipt = order["CfdiType"] == "P"
    informacion, related = order.get("GlobalInformation"), order.get("Relations")
    return sealed(
        Order(
            head=_head(order),
            emisor={"Rfc": issuer["Rfc"], "Nombre": issuer["Name"], "RegimenFiscal": issuer["FiscalRegime"]},
            receptor=_receptor(order["Receiver"]),
            lines=[] if receipt else [_line(item) for item in order["Items"]],
            payments=[_paid(one) for one in order["Complemento"]["Payments"]] if receipt else [],
            informacion_global=informacion
            and {
                "Periodicidad": informacion["Periodicity"],
                "Meses": informacion["Months"],
                "Año": informacion["Year"],
            },
            related=[(related["Type"], [one["Uuid"] for one in related["Cfdis"]])] if related else [],
        )
    )


def _head(order: Json) -> Json:
    return {
        "Serie": order.get("Serie"),
        "Folio": order["Folio"],
        "Fecha": order["Date"],
        "FormaPago": order.get("PaymentForm"),
        "CondicionesDePago": order.get("PaymentConditions"),
        "Moneda": order.get("Currency"),
        "TipoCambio": order.get("CurrencyExchangeRate"),
        "TipoDeComprobante": order["CfdiType"],
        "Exportacion": order.get("Exportation", "01"),
        "MetodoPago": order.get("PaymentMethod"),
        "LugarExpedicion": order["ExpeditionPlace"],
    }


def _receptor(told: Json) -> Json:
    return {
        "Rfc": told["Rfc"],
        "Nombre": told["Name"],
        "DomicilioFiscalReceptor": told["TaxZipCode"],
        "ResidenciaFiscal": told.get("TaxResidence"),
        "NumRegIdTrib": told.get("TaxRegistrationNumber"),
        "RegimenFiscalReceptor": told["FiscalRegime"],
        "UsoCFDI": told["CfdiUse"],
    }


def _line(item: Json) -> Line:
    tercero = item.get("ThirdPartyAccount")
    return Line(
        attributes={
            "ClaveProdServ": item["ProductCode"],
            "NoIdentificacion": item.get("IdentificationNumber"),
            "Cantidad": item["Quantity"],
            "ClaveUnidad": item["UnitCode"],
            "Unidad": item.get("Unit"),
            "Descripcion": item["Description"],
            "ValorUnitario": item["UnitPrice"],
            "Importe": item["Subtotal"],
            "Descuento": item.get("Discount"),
            "ObjetoImp": item["TaxObject"],
        },
        taxes=[_tax(tax) for tax in item.get("Taxes", [])],
        tercero=tercero
        and {
            "RfcACuentaTerceros": tercero["Rfc"],
            "NombreACuentaTerceros": tercero["Name"],
            "RegimenFiscalACuentaTerceros": tercero["FiscalRegime"],
            "DomicilioFiscalACuentaTerceros": tercero["TaxZipCode"],
        },
        pedimentos=item.get("NumerosPedimento", []),
        cuentas_prediales=item.get("PropertyTaxIDNumber", []),
    )


def _tax(told: Json) -> Tax:
    exempt = told["Name"] == "IVA Exento"
    return Tax(
        base=told["Base"],
        impuesto=_IMPUESTO[told["Name"]],
        factor="Exento" if exempt else "Cuota" if told["IsQuota"] else "Tasa",
        tasa=None if exempt else told["Rate"],
        importe=None if exempt else told["Total"],
        retained=told["IsRetention"],
    )


def _paid(told: Json) -> Paid:
    return Paid(
        attributes={
            "FechaPago": told["Date"],
            "FormaDePagoP": told["PaymentForm"],
            "MonedaP": told["Currency"],
            "TipoCambioP": told.get("ExchangeRate"),
            "Monto": told["Amount"],
            "NumOperacion": told.get("OperationNumber"),
            "RfcEmisorCtaOrd": told.get("RfcIssuerPayerAccount"),
            "NomBancoOrdExt": told.get("ForeignAccountNamePayer"),
            "CtaOrdenante": told.get("PayerAccount"),
            "RfcEmisorCtaBen": told.get("RfcReceiverBeneficiaryAccount"),
            "CtaBeneficiario": told.get("BeneficiaryAccount"),
        },
        documents=[
            (
                {
                    "IdDocumento": one["Uuid"],
                    "Serie": one.get("Serie"),
                    "Folio": one.get("Folio"),
                    "MonedaDR": one["Currency"],
                    "EquivalenciaDR": one.get("EquivalenceDocRel"),
                    "NumParcialidad": one["PartialityNumber"],
                    "ImpSaldoAnt": one["PreviousBalanceAmount"],
                    "ImpPagado": one["AmountPaid"],
                    "ImpSaldoInsoluto": one["ImpSaldoInsoluto"],
                    "ObjetoImpDR": one["TaxObject"],
                },
                [_tax(tax) for tax in one.get("Taxes", [])],
            )
            for one in told["RelatedDocuments"]
        ],
    )
