"""Two documents that between them hold every node and attribute the hub can write, for tests of the schema."""

from decimal import Decimal

from hub.cfdi import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    ImpuestoRetenido,
    InformacionGlobal,
    Parte,
    Retencion,
    Traslado,
    to_xml,
)
from tests.support.rule_cases_pagos import BANK, IN_PESOS, WITHHELD, pago
from tests.support.worked_examples import document

D = Decimal
_UUID = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"
_EXEMPT = Traslado(D("1.000000"), "002", "Exento")
_WITHHELD = Retencion(D("999.99"), "001", "Tasa", D("0.100000"), D("100.00"))


def whole_ingreso() -> Comprobante:
    """Every attribute of the Comprobante; SAT's schema accepts it, the rules need not."""
    pedimentos = ("15  48  3009  0001234",)
    parte = Parte("53101604", D(2), "Manga", "M-1", "Pieza", D("10.00"), D("20.00"), pedimentos)
    base = document("discount")
    first, *others = base.conceptos
    concepto = first._replace(
        unidad="Pieza",
        traslados=(*first.traslados, _EXEMPT),
        retenciones=(_WITHHELD, _WITHHELD),
        a_cuenta_terceros=ACuentaTerceros("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "601", "76343"),
        informacion_aduanera=pedimentos,
        cuenta_predial=("15956011002", "A1"),
        partes=(parte, parte._replace(no_identificacion=None, informacion_aduanera=())),
    )
    assert base.impuestos
    impuestos = base.impuestos._replace(
        retenciones=(ImpuestoRetenido("001", D("187.50")), ImpuestoRetenido("002", D("1.00"))),
        traslados=(*base.impuestos.traslados, _EXEMPT),
        total_impuestos_retenidos=D("188.50"),
    )
    return base._replace(
        emisor=base.emisor._replace(fac_atr_adquirente="1234567890"),
        receptor=base.receptor._replace(residencia_fiscal="USA", num_reg_id_trib="121585958"),
        conceptos=(concepto, *others),
        impuestos=impuestos,
        condiciones_de_pago="30 días",
        tipo_cambio=D("1"),
        confirmacion="ECVH1",
        informacion_global=InformacionGlobal("04", "11", "2026"),
        cfdi_relacionados=(CfdiRelacionados("04", (_UUID, _UUID)), CfdiRelacionados("07", (_UUID,))),
    )


def whole_recibo(**cadena: str) -> Comprobante:
    """A receipt of three payments with every attribute of the Complemento de Pagos; `cadena` as in `CADENA`."""
    assert IN_PESOS.pagos
    assert WITHHELD.pagos
    told = pago(IN_PESOS, **BANK, **cadena, num_operacion="R-1", nom_banco_ord_ext="BANK OF SOMEWHERE").pagos
    assert told
    first, withheld = told.pagos[0], WITHHELD.pagos.pagos[0]
    documento = first.documentos[0]._replace(serie="A", folio="1")
    totales = told.totales._replace(**dict.fromkeys(told.totales._fields, D("1.00")))
    return IN_PESOS._replace(
        pagos=told._replace(totales=totales, pagos=(first._replace(documentos=(documento,)), withheld, first))
    )


def written(comprobante: Comprobante) -> str:
    """The XML with what a seal looks like."""
    sealed = to_xml(comprobante, no_certificado="30001000000500003416", certificado="TUlJRg==", sello="QUJD+/==")
    return sealed.decode()
