"""A complemento de pago: what is stamped, and for each CRP code one receipt that breaks only that rule."""

from copy import deepcopy

import pytest
from lxml import etree

from hub.plugin import Rejected, Stamped
from pac_providers.sandbox import checks, sat_files
from pac_providers.sandbox.comprobante import PAGOS, TIMBRE
from pac_providers.sandbox.tests.documents import EMISOR, Document

PAID = "6D5B6A04-1B0E-4C5D-9F8B-2F6C8E0A7B11"

_TEMPLATE = f"""<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:pago20="http://www.sat.gob.mx/Pagos20"
 Version="4.0" Folio="P1" SubTotal="0" Moneda="XXX" Total="0" TipoDeComprobante="P" Exportacion="01"
 LugarExpedicion="42501"><cfdi:Emisor Rfc="{EMISOR}" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/><cfdi:Receptor
 Rfc="URE180429TM6" Nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA" DomicilioFiscalReceptor="86991" RegimenFiscalReceptor="601"
 UsoCFDI="CP01"/><cfdi:Conceptos><cfdi:Concepto ClaveProdServ="84111506" Cantidad="1" ClaveUnidad="ACT"
 Descripcion="Pago" ValorUnitario="0" Importe="0" ObjetoImp="01"/></cfdi:Conceptos><cfdi:Complemento><pago20:Pagos
 Version="2.0"><pago20:Totales TotalTrasladosBaseIVA16="3448.28" TotalTrasladosImpuestoIVA16="551.72"
 MontoTotalPagos="4000.00"/><pago20:Pago FechaPago="2026-09-15T12:00:00" FormaDePagoP="03" MonedaP="MXN"
 TipoCambioP="1" Monto="4000.00"><pago20:DoctoRelacionado IdDocumento="{PAID}" MonedaDR="MXN" EquivalenciaDR="1"
 NumParcialidad="1" ImpSaldoAnt="11600.00" ImpPagado="4000.00" ImpSaldoInsoluto="7600.00" ObjetoImpDR="02"
 ><pago20:ImpuestosDR><pago20:TrasladosDR><pago20:TrasladoDR BaseDR="3448.275862" ImpuestoDR="002" TipoFactorDR="Tasa"
 TasaOCuotaDR="0.160000" ImporteDR="551.724138"/></pago20:TrasladosDR></pago20:ImpuestosDR></pago20:DoctoRelacionado
 ><pago20:ImpuestosP><pago20:TrasladosP><pago20:TrasladoP BaseP="3448.275862" ImpuestoP="002" TipoFactorP="Tasa"
 TasaOCuotaP="0.160000" ImporteP="551.724138"/></pago20:TrasladosP></pago20:ImpuestosP></pago20:Pago></pago20:Pagos
 ></cfdi:Complemento></cfdi:Comprobante>"""


class Receipt(Document):
    """A payment of 4,000.00 of an invoice of 11,600.00."""

    def __init__(self) -> None:
        super().__init__(_TEMPLATE)

    def element(self, name: str) -> etree._Element:
        found = next(self.root.iter(f"{PAGOS}{name}"), None)
        assert found is not None, name
        return found

    def put(self, name: str, **attributes: str | None) -> "Receipt":
        """Change attributes of the first element of that name."""
        for key, value in attributes.items():
            if value is None:
                del self.element(name).attrib[key]
            else:
                self.element(name).set(key, value)
        return self

    def put_last(self, name: str, **attributes: str) -> "Receipt":
        """Change attributes of the last element of that name."""
        *_, element = self.root.iter(f"{PAGOS}{name}")
        element.attrib.update(attributes)
        return self

    def drop(self, name: str) -> "Receipt":
        element = self.element(name)
        element.getparent().remove(element)
        return self

    def into(self, name: str, xml: str, index: int | None = None) -> "Receipt":
        parent = self.element(name)
        element = etree.fromstring(f'<x xmlns:pago20="{PAGOS[1:-1]}">{xml}</x>')[0]
        parent.insert(len(parent) if index is None else index, element)
        return self

    def twin(self, name: str, **attributes: str) -> "Receipt":
        element = self.element(name)
        copy = deepcopy(element)
        for key, value in attributes.items():
            copy.set(key, value)
        element.addnext(copy)
        return self

    def concepto(self, **attributes: str) -> "Receipt":
        self.set("Conceptos/Concepto", **attributes)
        return self

    def header(self, **attributes: str | None) -> "Receipt":
        self.set(**attributes)
        return self


def paid_in_pesos() -> Receipt:
    """A USD invoice paid with pesos."""
    return (
        Receipt()
        .put("Pago", Monto="10000.00")
        .put("DoctoRelacionado", MonedaDR="USD", EquivalenciaDR="0.0549450549", ImpSaldoAnt="1160.00")
        .put("DoctoRelacionado", ImpPagado="549.45", ImpSaldoInsoluto="610.55")
        .put("TrasladoDR", BaseDR="473.663793", ImporteDR="75.786207")
        .put("TrasladoP", BaseP="8620.681040", ImporteP="1379.308969")
        .put("Totales", TotalTrasladosBaseIVA16="8620.68", TotalTrasladosImpuestoIVA16="1379.31")
        .put("Totales", MontoTotalPagos="10000.00")
    )


def paid_in_dollars() -> Receipt:
    """A peso invoice paid with USD."""
    return (
        Receipt()
        .put("Pago", MonedaP="USD", TipoCambioP="18.2000", Monto="637.37")
        .put("DoctoRelacionado", EquivalenciaDR="18.2000", ImpPagado="11600.00", ImpSaldoInsoluto="0.00")
        .put("TrasladoDR", BaseDR="10000.000000", ImporteDR="1600.000000")
        .put("TrasladoP", BaseP="549.450549", ImporteP="87.912088")
        .put("Totales", TotalTrasladosBaseIVA16="10000.00", TotalTrasladosImpuestoIVA16="1600.00")
        .put("Totales", MontoTotalPagos="11600.13")
    )


def several_rates() -> Receipt:
    """16 %, 0 % and exempt."""
    receipt = (
        Receipt()
        .put("Pago", Monto="611.75")
        .put("DoctoRelacionado", ImpSaldoAnt="1223.50", ImpPagado="611.75", ImpSaldoInsoluto="611.75")
        .put("TrasladoDR", BaseDR="350.000000", ImporteDR="56.000000")
        .put("TrasladoP", BaseP="350.000000", ImporteP="56.000000")
        .put("Totales", TotalTrasladosBaseIVA16="350.00", TotalTrasladosImpuestoIVA16="56.00")
        .put("Totales", TotalTrasladosBaseIVA0="61.25", TotalTrasladosImpuestoIVA0="0.00")
        .put("Totales", TotalTrasladosBaseIVAExento="144.50", MontoTotalPagos="611.75")
    )
    for suffix in ("DR", "P"):
        receipt.into(f"Traslados{suffix}", _row(suffix, "61.250000", "0.000000", "0.000000"))
        receipt.into(f"Traslados{suffix}", _row(suffix, "144.500000"))
    return receipt


def _row(suffix: str, base: str, tasa: str = "", importe: str = "") -> str:
    rate = f'TasaOCuota{suffix}="{tasa}" Importe{suffix}="{importe}"' if tasa else ""
    factor = "Tasa" if tasa else "Exento"
    return (
        f'<pago20:Traslado{suffix} Base{suffix}="{base}" Impuesto{suffix}="002" TipoFactor{suffix}="{factor}" {rate}/>'
    )


def retained() -> Receipt:
    """With ISR retained."""
    dr = (
        '<pago20:RetencionDR BaseDR="1000.00" ImpuestoDR="001" TipoFactorDR="Tasa" TasaOCuotaDR="0.100000"'
        ' ImporteDR="100.00"/>'
    )
    return (
        Receipt()
        .into("ImpuestosDR", f"<pago20:RetencionesDR>{dr}</pago20:RetencionesDR>", index=0)
        .into(
            "ImpuestosP",
            '<pago20:RetencionesP><pago20:RetencionP ImpuestoP="001" ImporteP="100.00"/></pago20:RetencionesP>',
            index=0,
        )
        .put("Totales", TotalRetencionesISR="100.00")
    )


def with_taxes_of(kind: str, **rows: str) -> Receipt:
    """No IVA but other taxes, all in the document and the payment alike."""
    receipt = Receipt()
    for suffix in ("DR", "P"):
        receipt.put(f"Traslado{suffix}", **{f"{name}{suffix}": value for name, value in rows.items()})
    return receipt.put("DoctoRelacionado", ObjetoImpDR=kind)


def untaxed(objeto: str = "01") -> Receipt:
    return (
        Receipt()
        .drop("ImpuestosDR")
        .drop("ImpuestosP")
        .put("DoctoRelacionado", ObjetoImpDR=objeto)
        .put("Totales", TotalTrasladosBaseIVA16=None, TotalTrasladosImpuestoIVA16=None)
    )


def ieps() -> Receipt:
    """ObjetoImp 07: IEPS of 8 % and no IVA."""
    receipt = with_taxes_of("07", Impuesto="003", TasaOCuota="0.080000", Importe="275.862069")
    return receipt.put("Totales", TotalTrasladosBaseIVA16=None, TotalTrasladosImpuestoIVA16=None)


VALID = {
    "one payment": Receipt,
    "dollars paid in pesos": paid_in_pesos,
    "pesos paid in dollars": paid_in_dollars,
    "several rates": several_rates,
    "retention": retained,
    "no tax object": untaxed,
    "IEPS without IVA": ieps,
    "tax of the document in cents": lambda: (
        Receipt()
        .put("TrasladoDR", BaseDR="3448.28", ImporteDR="551.73")
        .put("TrasladoP", BaseP="3448.28", ImporteP="551.73")
        .put("Totales", TotalTrasladosImpuestoIVA16="551.73")
    ),
    "bank account": lambda: Receipt().put("Pago", RfcEmisorCtaOrd="BBA830831LJ2", CtaOrdenante="1234567890"),
}

BROKEN = {
    "CRP20101": lambda: Receipt()
    .header(TipoDeComprobante="T", Total="0")
    .put("Pago", Monto="4000.00"),
    "CRP20102": lambda: Receipt().header(Exportacion="03"),
    "CRP20104": lambda: Receipt().header(Moneda="JPY", TipoCambio="0.12"),
    "CRP20107": lambda: Receipt().header(CondicionesDePago="contado"),
    "CRP20110": lambda: Receipt().header(Total="0.00"),
    "CRP20112": lambda: Receipt().add("Conceptos/Concepto", '<cfdi:CuentaPredial Numero="1"/>'),
    "CRP20111": lambda: Receipt().copy_of("Conceptos/Concepto"),
    "CRP20113": lambda: Receipt().concepto(ClaveProdServ="01010101"),
    "CRP20114": lambda: Receipt().concepto(NoIdentificacion="1"),
    "CRP20115": lambda: Receipt().concepto(Cantidad="2"),
    "CRP20116": lambda: Receipt().concepto(ClaveUnidad="E48"),
    "CRP20117": lambda: Receipt().concepto(Unidad="Pago"),
    "CRP20118": lambda: Receipt().concepto(Descripcion="Abono"),
    "CRP20119": lambda: Receipt().concepto(ValorUnitario="0.00"),
    "CRP20120": lambda: Receipt().concepto(Importe="0.00"),
    "CRP20122": lambda: Receipt().concepto(ObjetoImp="03"),
    "CRP20999": lambda: Receipt().put("Pago", FormaDePagoP="98"),
    "CRP20212": lambda: Receipt().put("Pago", FormaDePagoP="99"),
    "CRP20213": lambda: Receipt().put("Pago", MonedaP="XXX"),
    "CRP20214": lambda: paid_in_dollars().put("Pago", TipoCambioP=None),
    "CRP20215": lambda: Receipt().put("Pago", TipoCambioP="1.0"),
    "CRP20217": lambda: Receipt().put("Pago", Monto="3999.99"),
    "CRP20218": lambda: Receipt().put("Pago", Monto="0.00"),
    "CRP20219": lambda: Receipt().put("Pago", Monto="4000.000"),
    "CRP20221": lambda: Receipt().put("Pago", FormaDePagoP="01", RfcEmisorCtaOrd="BBA830831LJ2"),
    "CRP20223": lambda: Receipt().put("Pago", RfcEmisorCtaOrd="XEXX010101000"),
    "CRP20225": lambda: Receipt().put("Pago", CtaOrdenante="123456789012345"),
    "CRP20226": lambda: Receipt().put("Pago", CtaBeneficiario="1234567890123456"),
    "CRP20224": lambda: Receipt().put("Pago", FormaDePagoP="01", CtaOrdenante="1234567890"),
    "CRP20227": lambda: Receipt().put("Pago", FormaDePagoP="01", RfcEmisorCtaBen="BBA830831LJ2"),
    "CRP20228": lambda: Receipt().put("Pago", FormaDePagoP="01", CtaBeneficiario="1234567890"),
    "CRP20229": lambda: Receipt().put(
        "Pago", FormaDePagoP="02", TipoCadPago="01", CertPago="YQ==", CadPago="a", SelloPago="YQ=="
    ),
    "CRP20230": lambda: Receipt().put("Pago", TipoCadPago="01", CadPago="a", SelloPago="YQ=="),
    "CRP20231": lambda: Receipt().put("Pago", CertPago="YQ=="),
    "CRP20233": lambda: Receipt().put("Pago", CadPago="a"),
    "CRP20235": lambda: Receipt().put("Pago", SelloPago="YQ=="),
    "CRP20232": lambda: Receipt().put("Pago", TipoCadPago="01", CertPago="YQ==", SelloPago="YQ=="),
    "CRP20234": lambda: Receipt().put("Pago", TipoCadPago="01", CertPago="YQ==", CadPago="a"),
    "CRP20236": lambda: Receipt().put("DoctoRelacionado", MonedaDR="XXX"),
    "CRP20237": lambda: paid_in_pesos().put("DoctoRelacionado", EquivalenciaDR=None),
    "CRP20238": lambda: Receipt().put("DoctoRelacionado", EquivalenciaDR="1.01"),
    "CRP20239": lambda: Receipt().put("DoctoRelacionado", ImpSaldoAnt="0.00"),
    "CRP20240": lambda: Receipt().put("DoctoRelacionado", ImpSaldoAnt="11600.000"),
    "CRP20241": lambda: Receipt().put("DoctoRelacionado", ImpPagado="0.00", ImpSaldoInsoluto="11600.00"),
    "CRP20242": lambda: Receipt().put("DoctoRelacionado", ImpPagado="4000.000"),
    "CRP20243": lambda: Receipt().put("DoctoRelacionado", ImpSaldoInsoluto="7600.000"),
    "CRP20244": lambda: Receipt().put("DoctoRelacionado", ImpSaldoInsoluto="7600.01"),
    "CRP20245": lambda: Receipt().put("DoctoRelacionado", ObjetoImpDR="99"),
    "CRP20246": lambda: untaxed("02"),
    "CRP20247": lambda: Receipt().put("DoctoRelacionado", ObjetoImpDR="01"),
    "CRP20248": lambda: Receipt().drop("TrasladosDR"),
    "CRP20276": lambda: paid_in_pesos().put("Pago", Monto="9000.00"),
    "CRP20277": lambda: paid_in_pesos().twin("DoctoRelacionado", MonedaDR="MXN", EquivalenciaDR="1"),
    "CRP20278": lambda: Receipt().put("DoctoRelacionado", ObjetoImpDR="08"),
    "CRP20279": lambda: Receipt().put("DoctoRelacionado", ObjetoImpDR="07"),
    "CRP20250": lambda: retained().put("RetencionDR", ImpuestoDR="009"),
    "CRP20251": lambda: retained().put("RetencionDR", TipoFactorDR="Parte"),
    "CRP20252": lambda: retained().put("RetencionDR", TipoFactorDR="Exento"),
    "CRP20253": lambda: retained().put("RetencionDR", TasaOCuotaDR="0.400000"),
    "CRP20254": lambda: retained().put("RetencionDR", ImporteDR="100.02"),
    "CRP20256": lambda: Receipt().put("TrasladoDR", ImpuestoDR="009"),
    "CRP20257": lambda: Receipt().put("TrasladoDR", TipoFactorDR="Parte"),
    "CRP20258": lambda: Receipt().put("TrasladoDR", TipoFactorDR="Exento"),
    "CRP20259": lambda: Receipt().put("TrasladoDR", ImporteDR=None),
    "CRP20260": lambda: Receipt().put("TrasladoDR", TasaOCuotaDR="0.150000"),
    "CRP20261": lambda: Receipt().put("TrasladoDR", ImporteDR="551.730000"),
    "CRP20263": lambda: retained().twin("RetencionP"),
    "CRP20265": lambda: retained().put("RetencionP", ImporteP="100.01"),
    "CRP20266": lambda: several_rates().twin("TrasladoP", TipoFactorP="Exento"),
    "CRP20268": lambda: Receipt().put("TrasladoP", BaseP="3448.275800"),
    "CRP20269": lambda: several_rates().put_last("TrasladoP", BaseP="144.500001"),
    "CRP20271": lambda: Receipt().twin("TrasladoP"),
    "CRP20274": lambda: Receipt().put("TrasladoP", ImporteP="551.724100"),
    "CRP20201": lambda: Receipt().put("Totales", TotalRetencionesIVA="1.00"),
    "CRP20202": lambda: retained().put("Totales", TotalRetencionesISR="100.01"),
    "CRP20203": lambda: Receipt().put("Totales", TotalRetencionesIEPS="1.00"),
    "CRP20204": lambda: Receipt().put("Totales", TotalTrasladosBaseIVA16="3448.27"),
    "CRP20205": lambda: Receipt().put("Totales", TotalTrasladosImpuestoIVA16="551.73"),
    "CRP20206": lambda: Receipt().put("Totales", TotalTrasladosBaseIVA8="0.00"),
    "CRP20207": lambda: Receipt().put("Totales", TotalTrasladosImpuestoIVA8="0.00"),
    "CRP20208": lambda: several_rates().put("Totales", TotalTrasladosBaseIVA0=None),
    "CRP20209": lambda: several_rates().put("Totales", TotalTrasladosImpuestoIVA0=None),
    "CRP20210": lambda: several_rates().put("Totales", TotalTrasladosBaseIVAExento="144.51"),
    "CRP20211": lambda: Receipt().put("Totales", MontoTotalPagos="4000.01"),
}  # fmt: skip


@pytest.mark.parametrize("receipt", VALID.values(), ids=VALID.keys())
def test_a_valid_receipt_is_stamped(pac, receipt):
    answer = pac.stamp(receipt().sealed())
    assert isinstance(answer, Stamped), answer


@pytest.mark.parametrize(("code", "receipt"), BROKEN.items(), ids=BROKEN.keys())
def test_a_receipt_that_breaks_one_rule_is_refused_with_its_code(pac, code, receipt):
    answer = pac.stamp(receipt().sealed())
    assert isinstance(answer, Rejected)
    assert answer.code == code, answer


def test_every_rule_of_pagos_has_a_receipt_that_breaks_it():
    modules = (checks.pagos_base, checks.pagos, checks.pagos_taxes)
    codes = {code for module in modules for code in module.rules.codes}
    assert codes - set(BROKEN) == set()


def test_the_timbre_joins_the_complemento_that_is_there(pac):
    xml = Receipt().sealed()
    stamped = pac.stamp(xml).xml
    start, end = stamped.index(b"<tfd:"), stamped.index(b"/>", stamped.index(b"<tfd:")) + 2
    assert stamped[:start] + stamped[end:] == xml
    complemento = etree.fromstring(stamped).find("{*}Complemento")
    assert [child.tag for child in complemento] == [f"{PAGOS}Pagos", TIMBRE]
    sat_files.schema().assertValid(etree.fromstring(stamped))


def test_an_empty_complemento_is_refused(pac):
    document = Document().add("", "<cfdi:Complemento/>")
    assert pac.stamp(document.sealed()).code == "301"
