"""For each CFDI40xxx that a rule finds: a good document, and the same with one change that breaks that rule alone."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from hub.cfdi import (
    ACuentaTerceros,
    CfdiRelacionados,
    Comprobante,
    Concepto,
    ImpuestoRetenido,
    Impuestos,
    Parte,
    Retencion,
    Traslado,
    add_up,
    receptor_extranjero,
    tercero_extranjero,
)
from hub.sat import currency
from tests.support.demanding import WANTS_COMPLEMENT, WANTS_IEPS
from tests.support.worked_examples import document

D = Decimal
UUID = "5FB2822E-396D-4725-8521-CDC4BDD20CCF"


class Case(NamedTuple):
    """`also` are the codes that must break too, because of `why`."""

    good: Comprobante
    broken: Comprobante
    also: frozenset[str] = frozenset()
    why: str = ""


def made_of(base: Comprobante, conceptos: Iterable[Concepto]) -> Comprobante:
    """The document with these Conceptos and with the sums that belong to them."""
    amounts = add_up(list(conceptos), currency.quantum(base.moneda))
    return base._replace(
        conceptos=amounts.conceptos,
        sub_total=amounts.sub_total,
        descuento=amounts.descuento,
        impuestos=amounts.impuestos,
        total=amounts.total,
    )


def changed(good: Comprobante, also: str = "", why: str = "", **changes: Any) -> Case:
    """Attributes of the Comprobante."""
    return Case(good, good._replace(**changes), frozenset(also.split()), why)


def of_part(good: Comprobante, part: str, also: str = "", why: str = "", **changes: Any) -> Case:
    """Attributes of emisor, receptor, informacion_global or impuestos."""
    return changed(good, also, why, **{part: getattr(good, part)._replace(**changes)})


def of_concepto(good: Comprobante, also: str = "", why: str = "", **changes: Any) -> Case:
    """Attributes of the first Concepto; the document's sums stay as they are."""
    return changed(good, also, why, conceptos=_first(good.conceptos, **changes))


def of_traslado(good: Comprobante, row: int = 0, also: str = "", why: str = "", **changes: Any) -> Case:
    """Attributes of the only Traslado of a Concepto."""
    conceptos = list(good.conceptos)
    conceptos[row] = conceptos[row]._replace(traslados=_first(conceptos[row].traslados, **changes))
    return changed(good, also, why, conceptos=tuple(conceptos))


def of_summary(good: Comprobante, row: int, also: str = "", why: str = "", **changes: Any) -> Case:
    """Attributes of a Traslado of the summary."""
    assert good.impuestos
    rows = list(good.impuestos.traslados)
    rows[row] = rows[row]._replace(**changes)
    return of_part(good, "impuestos", also, why, traslados=tuple(rows))


def of_totals(good: Comprobante, also: str = "", why: str = "", **changes: Any) -> Case:
    """Attributes of the summary, and the Total that goes with its totals."""
    assert good.impuestos
    taxes = good.impuestos._replace(**changes)
    transferred, withheld = taxes.total_impuestos_trasladados or 0, taxes.total_impuestos_retenidos or 0
    total = good.sub_total - (good.descuento or 0) + transferred - withheld
    return changed(good, also, why, impuestos=taxes, total=total)


def of_withheld(good: Comprobante, *, importe: Decimal, **changes: Any) -> Case:
    """Importe of the first Retencion of the summary."""
    assert good.impuestos
    return of_totals(good, retenciones=_first(good.impuestos.retenciones, importe=importe), **changes)


def recomputed(good: Comprobante, concepto: Concepto, also: str = "", why: str = "") -> Case:
    """One more Concepto, and the sums with it."""
    return Case(good, made_of(good, (*good.conceptos, concepto)), frozenset(also.split()), why)


def _first(rows: tuple[Any, ...], **changes: Any) -> tuple[Any, ...]:
    return (rows[0]._replace(**changes), *rows[1:])


def with_row(good: Comprobante, row: Traslado | ImpuestoRetenido, also: str = "", why: str = "") -> Case:
    """One more row in the summary."""
    assert good.impuestos
    name = "traslados" if isinstance(row, Traslado) else "retenciones"
    return of_part(good, "impuestos", also, why, **{name: (*getattr(good.impuestos, name), row)})


def _period(good: Comprobante, **changes: Any) -> Case:
    return of_part(good, "informacion_global", **changes)


INGRESO, DISCOUNT, DOLLARS = document("iva_16"), document("discount"), document("usd")
GLOBAL, RETAINED, MIXED = document("factura_global"), document("resico_retentions"), document("mixed_16_0_exento")
FOREIGN = INGRESO._replace(receptor=receptor_extranjero("ACME INC", "42501", "USA"))
UNTAXED_LINE = INGRESO.conceptos[0]._replace(
    cantidad=D("1.000000"), valor_unitario=D("100.00"), importe=D("100.00"), objeto_imp="01", traslados=()
)
UNTAXED = made_of(INGRESO, [UNTAXED_LINE])
TRASLADO = made_of(
    INGRESO._replace(tipo_de_comprobante="T", moneda="XXX", forma_pago=None, metodo_pago=None),
    [UNTAXED_LINE._replace(valor_unitario=D(0), importe=D(0))],
)
BIMESTRAL = GLOBAL._replace(
    emisor=GLOBAL.emisor._replace(rfc="CACX7605101P8", nombre="XOCHILT CASAS CHAVEZ", regimen_fiscal="621"),
    informacion_global=GLOBAL.informacion_global._replace(periodicidad="05", meses="18"),
)
RELATED = INGRESO._replace(cfdi_relacionados=(CfdiRelacionados("04", (UUID,)),))
PRINCIPAL = ACuentaTerceros("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "601", "76343")
ON_COMMISSION = of_concepto(INGRESO, a_cuenta_terceros=PRINCIPAL).broken
FOR_A_FOREIGNER = of_concepto(INGRESO, a_cuenta_terceros=tercero_extranjero("42501")).broken
PARTE = Parte("53101604", D(2), "Manga", valor_unitario=D("10.00"), importe=D("20.00"))
IMPORTED = of_concepto(
    INGRESO,
    informacion_aduanera=("15  48  3009  0001234",),
    partes=(PARTE._replace(informacion_aduanera=("16  47  3807  8003832",)),),
).broken


def _taxed(*rows: Traslado, importe: str = "100.00", retenciones: tuple[Retencion, ...] = ()) -> Concepto:
    price = D(importe)
    return UNTAXED_LINE._replace(
        valor_unitario=price, importe=price, objeto_imp="02", traslados=rows, retenciones=retenciones
    )


def _principal(good: Comprobante, **changes: Any) -> Case:
    return of_concepto(good, a_cuenta_terceros=good.conceptos[0].a_cuenta_terceros._replace(**changes))


def _parte(**changes: Any) -> Case:
    return of_concepto(IMPORTED, partes=_first(IMPORTED.conceptos[0].partes, **changes))


def _retencion(**changes: Any) -> Retencion:
    return Retencion(D("100.00"), "001", "Tasa", D("0.100000"), D("10.00"))._replace(**changes)


def _retained(also: str = "", why: str = "", **changes: Any) -> Case:
    row = Traslado(D("100.00"), "002", "Tasa", D("0.160000"), D("16.00"))
    return recomputed(RETAINED, _taxed(row, retenciones=(_retencion(**changes),)), also, why)


_REPEATED = "the summary repeats the row"
_NO_CONCEPTO = "a row that no Concepto has cannot be the sum of any"
_RATE = "no rate is in the catalog for it"
_EXPORT = "NumRegIdTrib is refused in all of these documents"

CASES: dict[str, Case] = {
    "CFDI40101": changed(INGRESO, fecha="2026-02-30T12:00:00"),
    "CFDI40103": changed(TRASLADO, forma_pago="01"),
    "CFDI40104": changed(INGRESO, forma_pago="98"),
    "CFDI40105": changed(INGRESO, metodo_pago="PPD", forma_pago="03"),
    "CFDI40106": changed(INGRESO._replace(no_certificado="3" * 20), no_certificado="3" * 19),
    "CFDI40107": changed(INGRESO, sub_total=D("999.990")),
    "CFDI40108": changed(INGRESO, sub_total=D("999.98"), total=D("1159.98")),
    "CFDI40109": changed(TRASLADO, sub_total=D(1), total=D(1)),
    "CFDI40110": changed(
        DISCOUNT,
        "CFDI40111",
        "the sum of what each Concepto may discount is never above their sum",
        descuento=DISCOUNT.sub_total + 1,
        total=DISCOUNT.total + DISCOUNT.descuento - DISCOUNT.sub_total - 1,
    ),
    "CFDI40111": changed(DISCOUNT, descuento=None, total=DISCOUNT.total + DISCOUNT.descuento),
    "CFDI40112": changed(DISCOUNT, descuento=D(f"{DISCOUNT.descuento}0")),
    "CFDI40113": changed(UNTAXED._replace(moneda="USD", tipo_cambio=D("17.5")), moneda="ZZZ"),
    "CFDI40114": changed(INGRESO._replace(tipo_cambio=D(1)), tipo_cambio=D("1.0")),
    "CFDI40115": changed(DOLLARS, tipo_cambio=None),
    "CFDI40116": changed(TRASLADO, tipo_cambio=D(1)),
    "CFDI40117": changed(DOLLARS, tipo_cambio=D("18.1234567")),
    "CFDI40119": changed(INGRESO, total=D("1159.98")),
    "CFDI40121": changed(INGRESO, tipo_de_comprobante="X"),
    "CFDI40122": changed(INGRESO._replace(exportacion="03"), exportacion="02"),
    "CFDI40123": changed(INGRESO, exportacion="05"),
    "CFDI40124": changed(INGRESO, metodo_pago="MSI"),
    "CFDI40125": changed(TRASLADO, metodo_pago="PUE"),
    "CFDI40126": changed(INGRESO, lugar_expedicion="00000"),
    "CFDI40127": changed(INGRESO, confirmacion="ECVH1"),
    "CFDI40130": changed(GLOBAL, informacion_global=None),
    "CFDI40131": _period(GLOBAL, periodicidad="06"),
    "CFDI40132": of_part(BIMESTRAL, "emisor", regimen_fiscal="612"),
    "CFDI40133": _period(GLOBAL, meses="19"),
    "CFDI40134": _period(GLOBAL, meses="13"),
    "CFDI40135": _period(BIMESTRAL, meses="12"),
    "CFDI40136": _period(_period(GLOBAL, anio="2021").broken, anio="2020"),
    "CFDI40137": changed(RELATED, cfdi_relacionados=(CfdiRelacionados("08", (UUID,)),)),
    "CFDI40138": of_part(INGRESO, "emisor", nombre=" ESCUELA  KEMPER URGATE"),
    "CFDI40140": of_part(INGRESO, "emisor", regimen_fiscal="609"),
    "CFDI40141": of_part(INGRESO, "emisor", regimen_fiscal="612"),
    "CFDI40142": of_part(
        of_part(INGRESO, "emisor", fac_atr_adquirente="0123456789").broken, "emisor", fac_atr_adquirente="123456789"
    ),
    "CFDI40143": of_part(INGRESO, "receptor", rfc="URE189929TM6"),
    "CFDI40144": of_part(INGRESO, "receptor", nombre=""),
    "CFDI40146": of_part(INGRESO, "receptor", nombre="PUBLICO EN GENERAL"),
    "CFDI40147": of_part(INGRESO, "receptor", domicilio_fiscal="00001"),
    "CFDI40149": of_part(GLOBAL, "receptor", domicilio_fiscal="86991"),
    "CFDI40150": of_part(FOREIGN, "receptor", residencia_fiscal="QQQ"),
    "CFDI40151": of_part(INGRESO, "receptor", residencia_fiscal="USA"),
    "CFDI40152": of_part(FOREIGN, "receptor", residencia_fiscal="MEX"),
    "CFDI40153": of_part(
        FOREIGN, "receptor", "CFDI40155", _EXPORT, residencia_fiscal=None, num_reg_id_trib="123456789"
    ),
    "CFDI40154": of_part(
        INGRESO,
        "receptor",
        "CFDI40153 CFDI40155",
        f"{_EXPORT}, and only a foreigner has the ResidenciaFiscal that goes with it",
        num_reg_id_trib="123456789",
    ),
    "CFDI40155": of_part(FOREIGN, "receptor", num_reg_id_trib="123456789"),
    "CFDI40157": of_part(INGRESO, "receptor", regimen_fiscal="628"),
    "CFDI40158": of_part(INGRESO, "receptor", regimen_fiscal="612"),
    "CFDI40159": of_part(GLOBAL, "receptor", regimen_fiscal="612"),
    "CFDI40160": of_part(INGRESO, "receptor", uso_cfdi="P01"),
    "CFDI40161": of_part(GLOBAL, "receptor", uso_cfdi="G03"),
    "CFDI40162": of_concepto(INGRESO, clave_prod_serv="00000000"),
    "CFDI40163": of_concepto(INGRESO, clave_prod_serv=WANTS_COMPLEMENT),
    "CFDI40164": of_concepto(INGRESO, clave_prod_serv=WANTS_IEPS),
    "CFDI40165": of_concepto(INGRESO, clave_unidad="PZA"),
    "CFDI40166": recomputed(INGRESO, UNTAXED_LINE._replace(valor_unitario=D("0.00"), importe=D("0.00"))),
    "CFDI40167": recomputed(INGRESO, UNTAXED_LINE._replace(importe=D("100.02"))),
    "CFDI40168": of_concepto(DISCOUNT, descuento=D(f"{DISCOUNT.conceptos[0].descuento}000")),
    "CFDI40169": recomputed(INGRESO, UNTAXED_LINE._replace(descuento=D("100.01"))),
    "CFDI40170": of_concepto(INGRESO, objeto_imp="09"),
    "CFDI40171": recomputed(INGRESO, UNTAXED_LINE._replace(objeto_imp="02")),
    "CFDI40172": of_concepto(INGRESO, objeto_imp="01"),
    "CFDI40174": recomputed(INGRESO, _taxed(Traslado(D("0.00"), "002", "Tasa", D("0.160000"), D("0.00")))),
    "CFDI40175": recomputed(INGRESO, _taxed(Traslado(D("100.00"), "001", "Exento")), "CFDI40217", _REPEATED),
    "CFDI40176": recomputed(
        INGRESO,
        _taxed(Traslado(D("100.00"), "002", "Parte", D("0.160000"), D("16.00"))),
        "CFDI40179 CFDI40219",
        _RATE,
    ),
    "CFDI40177": of_traslado(MIXED, 2, importe=D("0.00")),
    "CFDI40178": of_traslado(MIXED, 1, importe=None),
    "CFDI40179": recomputed(
        INGRESO, _taxed(Traslado(D("100.00"), "002", "Tasa", D("0.150000"), D("15.00"))), "CFDI40219", _REPEATED
    ),
    "CFDI40180": of_traslado(INGRESO, importe=D("159.999300")),
    "CFDI40181": _retained(base=D("0.00"), importe=D("0.00")),
    "CFDI40182": _retained("CFDI40185 CFDI40207", f"{_RATE}, and {_REPEATED}", impuesto="004"),
    "CFDI40183": _retained("CFDI40185", _RATE, tipo_factor="Parte"),
    "CFDI40184": _retained("CFDI40185", _RATE, tipo_factor="Exento"),
    "CFDI40185": _retained(tasa_o_cuota=D("0.360000"), importe=D("36.00")),
    "CFDI40186": _retained(importe=D("10.000600")),
    "CFDI40187": _principal(ON_COMMISSION, rfc="XIA19012861"),
    "CFDI40188": _principal(ON_COMMISSION, rfc="URE180429TM6"),
    "CFDI40189": _principal(ON_COMMISSION, nombre=""),
    "CFDI40190": _principal(FOR_A_FOREIGNER, nombre="ACME INC"),
    "CFDI40191": _principal(ON_COMMISSION, regimen_fiscal="609"),
    "CFDI40192": _principal(ON_COMMISSION, domicilio_fiscal="00001"),
    "CFDI40193": _principal(FOR_A_FOREIGNER, domicilio_fiscal="76343"),
    "CFDI140223": _principal(FOR_A_FOREIGNER, regimen_fiscal="601"),
    "CFDI40194": of_concepto(IMPORTED, informacion_aduanera=("15 48 3009 0001234",)),
    "CFDI40196": _parte(clave_prod_serv="00000000"),
    "CFDI40197": _parte(valor_unitario=D("0.00"), importe=D("0.00")),
    "CFDI40198": _parte(valor_unitario=D("10.00"), importe=D("40.00")),
    "CFDI40199": _parte(informacion_aduanera=("16  47  3807  800383",)),
    "CFDI140226": of_concepto(INGRESO, objeto_imp="06"),
    "CFDI140227": of_concepto(INGRESO, objeto_imp="07"),
    "CFDI40201": changed(TRASLADO, impuestos=Impuestos()),
    "CFDI40202": of_part(RETAINED, "impuestos", total_impuestos_retenidos=D("1787.500")),
    "CFDI40203": of_totals(RETAINED, total_impuestos_retenidos=D("1787.51")),
    "CFDI40204": of_part(INGRESO, "impuestos", total_impuestos_trasladados=D("160.000")),
    "CFDI40205": of_totals(INGRESO, total_impuestos_trasladados=D("160.01")),
    "CFDI40206": of_part(INGRESO, "impuestos", total_impuestos_retenidos=D("0.00")),
    "CFDI40207": with_row(RETAINED, ImpuestoRetenido("004", D("0.00")), "CFDI40208", _NO_CONCEPTO),
    "CFDI40208": with_row(RETAINED, ImpuestoRetenido("003", D("0.00"))),
    "CFDI40209": of_totals(
        RETAINED, "CFDI40206", "SAT asks for the same total once by the node", total_impuestos_retenidos=None
    ),
    "CFDI40210": of_withheld(RETAINED, importe=D("187.500")),
    "CFDI40211": of_withheld(RETAINED, importe=D("187.51"), total_impuestos_retenidos=D("1787.51")),
    "CFDI40212": of_totals(INGRESO, total_impuestos_trasladados=None),
    "CFDI40213": of_summary(MIXED, 2, importe=D("0.00")),
    "CFDI40214": of_summary(INGRESO, 0, base=D("999.990")),
    "CFDI40215": of_summary(INGRESO, 0, base=D("1000.00")),
    "CFDI40216": of_summary(MIXED, 2, base=D("289.01")),
    "CFDI40217": with_row(INGRESO, Traslado(D("0.00"), "001", "Exento"), "CFDI40218", _NO_CONCEPTO),
    "CFDI40218": with_row(INGRESO, Traslado(D("0.00"), "002", "Tasa", D("0.080000"), D("0.00"))),
    "CFDI40219": with_row(
        INGRESO, Traslado(D("0.00"), "002", "Tasa", D("0.150000"), D("0.00")), "CFDI40218", _NO_CONCEPTO
    ),
    "CFDI40220": of_summary(INGRESO, 0, importe=D("160.000")),
    "CFDI40221": of_totals(
        INGRESO,
        traslados=_first(INGRESO.impuestos.traslados, importe=D("159.99")),
        total_impuestos_trasladados=D("159.99"),
    ),
}
