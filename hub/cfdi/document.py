"""The CFDI as plain values: SAT's node and attribute names in snake_case, nothing computed.

Every amount is a `Decimal` with zero to six decimals, which is exactly how it is written in the XML. The number of
decimals is part of the document's meaning: SAT derives the tolerance of its limits from it (CFDI40167, CFDI40180).
Absent optional attributes are `None` (text: `None` or empty) and are not written at all. Named tuples, because they
are immutable and yet made in a third of a frozen dataclass's time; `_replace` gives a changed copy.

The types are those of CFDI 4.0. A 3.3, which `read` alone makes, has the same ones with `version` "3.3": the texts that
3.3 did not know (or require) are `ABSENT`, and its summary has `trasladados`, rows without a base.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from hub.cfdi.pagos import Pagos
from hub.cfdi.pagos10 import Pagos10

ABSENT = ""
"""A text that CFDI 4.0 requires and a document of 3.3 does not have. No attribute of a CFDI is ever empty."""


class ForeignXml(NamedTuple):
    """XML of a schema that the hub does not know, kept as it stood: `xml` is an element with all its namespaces."""

    namespace: str
    name: str
    xml: str


_Node = TypeVar("_Node", bound=tuple[Any, ...])
record: Callable[[type[_Node], tuple[Any, ...]], _Node] = tuple.__new__
"""`record(Traslado, (base, ...))` is `Traslado(base, ...)` with every field, in half the time: for the lines sold."""


class Emisor(NamedTuple):
    """`cfdi:Emisor`. `nombre` as registered with SAT: upper case, without régimen de capital (CFDI40139)."""

    rfc: str
    nombre: str
    regimen_fiscal: str
    fac_atr_adquirente: str | None = None


class Receptor(NamedTuple):
    """`cfdi:Receptor`. `domicilio_fiscal` is the five-digit CP of the fiscal address (DomicilioFiscalReceptor)."""

    rfc: str
    nombre: str
    domicilio_fiscal: str
    regimen_fiscal: str
    uso_cfdi: str
    residencia_fiscal: str | None = None
    num_reg_id_trib: str | None = None


class Traslado(NamedTuple):
    """A transferred tax, of a Concepto or of the summary. Exento has neither `tasa_o_cuota` nor `importe`."""

    base: Decimal
    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal | None = None
    importe: Decimal | None = None

    @property
    def rate(self) -> tuple[str, str, Decimal | None]:
        """What tells one tax from another: impuesto, factor and rate (CFDI40218)."""
        return self[1:4]


class Retencion(NamedTuple):
    """A withheld tax of a Concepto; all five attributes are required."""

    base: Decimal
    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal
    importe: Decimal


class ImpuestoRetenido(NamedTuple):
    """A `Retencion` of the summary: one row for each tax, whatever its rates (CFDI40208)."""

    impuesto: str
    importe: Decimal


class ImpuestoTrasladado(NamedTuple):
    """A `Traslado` of the summary of a CFDI 3.3, which gave no base and left Exento out."""

    impuesto: str
    tipo_factor: str
    tasa_o_cuota: Decimal
    importe: Decimal


class ACuentaTerceros(NamedTuple):
    """The principal on whose behalf the issuer sells this Concepto (RMF 2.7.1.3)."""

    rfc: str
    nombre: str
    regimen_fiscal: str
    domicilio_fiscal: str


class Parte(NamedTuple):
    """A component of what a Concepto sells; `informacion_aduanera` as there. Its price is optional."""

    clave_prod_serv: str
    cantidad: Decimal
    descripcion: str
    no_identificacion: str | None = None
    unidad: str | None = None
    valor_unitario: Decimal | None = None
    importe: Decimal | None = None
    informacion_aduanera: tuple[str, ...] = ()


class Concepto(NamedTuple):
    """One line of the document. `importe` is before `descuento` and before taxes.

    `informacion_aduanera` are the pedimentos of imported goods, written with double blanks as in
    `15  48  3009  0001234` (CFDI40194); `cuenta_predial` the property-tax accounts of what is rented out.
    """

    clave_prod_serv: str
    cantidad: Decimal
    clave_unidad: str
    descripcion: str
    valor_unitario: Decimal
    importe: Decimal
    objeto_imp: str
    no_identificacion: str | None = None
    unidad: str | None = None
    descuento: Decimal | None = None
    traslados: tuple[Traslado, ...] = ()
    retenciones: tuple[Retencion, ...] = ()
    a_cuenta_terceros: ACuentaTerceros | None = None
    informacion_aduanera: tuple[str, ...] = ()
    cuenta_predial: tuple[str, ...] = ()
    partes: tuple[Parte, ...] = ()
    complemento_concepto: tuple[ForeignXml, ...] = ()


class Impuestos(NamedTuple):
    """The document's tax summary, in the decimals of its currency. `trasladados` are the `traslados` of a 3.3."""

    retenciones: tuple[ImpuestoRetenido, ...] = ()
    traslados: tuple[Traslado, ...] = ()
    total_impuestos_retenidos: Decimal | None = None
    total_impuestos_trasladados: Decimal | None = None
    trasladados: tuple[ImpuestoTrasladado, ...] = ()


class InformacionGlobal(NamedTuple):
    """Marks a factura global and says which period it covers (CFDI40130)."""

    periodicidad: str
    meses: str
    anio: str


class CfdiRelacionados(NamedTuple):
    """Documents this one refers to, all in the same `tipo_relacion`."""

    tipo_relacion: str
    uuids: tuple[str, ...]


class TimbreFiscal(NamedTuple):
    """`tfd:TimbreFiscalDigital` 1.1, the PAC's certification. `fecha_timbrado` is Mexico central time."""

    uuid: str
    fecha_timbrado: str
    rfc_prov_certif: str
    sello_cfd: str
    no_certificado_sat: str
    sello_sat: str
    leyenda: str | None = None
    version: str = "1.1"


class Comprobante(NamedTuple):
    """The whole document. `fecha` is local time of `lugar_expedicion`, `AAAA-MM-DDThh:mm:ss` (CFDI40101).

    `no_certificado`, `certificado` and `sello` stay empty until `seal` writes them; `timbre`, `pagos_10` (those of a
    3.3), `complementos` (all others) and `addenda` (the elements in it) are set by `read` only.
    """

    fecha: str
    emisor: Emisor
    receptor: Receptor
    conceptos: tuple[Concepto, ...]
    sub_total: Decimal
    moneda: str
    total: Decimal
    tipo_de_comprobante: str
    lugar_expedicion: str
    exportacion: str = "01"
    serie: str | None = None
    folio: str | None = None
    forma_pago: str | None = None
    metodo_pago: str | None = None
    condiciones_de_pago: str | None = None
    descuento: Decimal | None = None
    tipo_cambio: Decimal | None = None
    confirmacion: str | None = None
    impuestos: Impuestos | None = None
    informacion_global: InformacionGlobal | None = None
    cfdi_relacionados: tuple[CfdiRelacionados, ...] = ()
    no_certificado: str = ""
    certificado: str = ""
    sello: str = ""
    timbre: TimbreFiscal | None = None
    version: str = "4.0"
    pagos: Pagos | None = None
    pagos_10: Pagos10 | None = None
    complementos: tuple[ForeignXml, ...] = ()
    addenda: tuple[ForeignXml, ...] = ()
