"""Which nodes and attributes SAT's schemas know: what a document may hold, must hold, and how often.

The names of cfdv40.xsd, cfdv33.xsd, TimbreFiscalDigitalv11.xsd, Pagos20.xsd and Pagos10.xsd; the tests hold both side
by side. Sello, NoCertificado and Certificado are optional here alone, because a draft has none yet.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Shape(NamedTuple):
    """One node. `children` are (shape, may there be several) by name; `anything`: elements of any schema instead."""

    required: frozenset[str]
    allowed: frozenset[str]
    children: "Mapping[str, tuple[Shape, bool]]"
    needed: frozenset[str]
    anything: bool = False


class Child(NamedTuple):
    """A node within another one."""

    name: str
    shape: Shape
    needed: bool = False
    several: bool = False


def _shape(required: str = "", optional: str = "", *children: Child) -> Shape:
    must = frozenset(required.split())
    return Shape(
        must,
        must | frozenset(optional.split()),
        {child.name: (child.shape, child.several) for child in children},
        frozenset(child.name for child in children if child.needed),
    )


def _one(name: str, shape: Shape) -> Child:
    return Child(name, shape, needed=True)


def _maybe(name: str, shape: Shape) -> Child:
    return Child(name, shape)


def _some(name: str, shape: Shape) -> Child:
    return Child(name, shape, needed=True, several=True)


def _any_number(name: str, shape: Shape) -> Child:
    return Child(name, shape, several=True)


def _rows(name: str, row: str, shape: Shape) -> Child:
    """A node that only holds others, as `Traslados` holds each `Traslado`."""
    return _maybe(name, _shape("", "", _some(row, shape)))


ANYTHING = Shape(frozenset(), frozenset(), {}, frozenset(), anything=True)

_TAX = _shape("Base Impuesto TipoFactor TasaOCuota Importe")
_TAX_OR_EXENTO = _shape("Base Impuesto TipoFactor", "TasaOCuota Importe")
_CONCEPTO_IMPUESTOS = _shape(
    "", "", _rows("Traslados", "Traslado", _TAX_OR_EXENTO), _rows("Retenciones", "Retencion", _TAX)
)
_PEDIMENTO = _any_number("InformacionAduanera", _shape("NumeroPedimento"))
_PARTE = _shape("ClaveProdServ Cantidad Descripcion", "NoIdentificacion Unidad ValorUnitario Importe", _PEDIMENTO)
_CONCEPTO = "ClaveProdServ Cantidad ClaveUnidad Descripcion ValorUnitario Importe"
_CONCEPTO_OPTIONAL = "NoIdentificacion Unidad Descuento"
_CONCEPTO_CHILDREN = (
    _maybe("Impuestos", _CONCEPTO_IMPUESTOS),
    _PEDIMENTO,
    _maybe("ComplementoConcepto", ANYTHING),
    _any_number("Parte", _PARTE),
)
_PREDIAL = _shape("Numero")
_RETENIDOS = _rows("Retenciones", "Retencion", _shape("Impuesto Importe"))
_TOTALS = "TotalImpuestosRetenidos TotalImpuestosTrasladados"
_RELACIONADOS = _shape("TipoRelacion", "", _some("CfdiRelacionado", _shape("UUID")))
_COMPROBANTE = "Version Fecha SubTotal Moneda Total TipoDeComprobante LugarExpedicion"
_COMPROBANTE_OPTIONAL = (
    "Serie Folio Sello FormaPago NoCertificado Certificado CondicionesDePago Descuento TipoCambio MetodoPago"
    " Confirmacion"
)

COMPROBANTE_40 = _shape(
    f"{_COMPROBANTE} Exportacion",
    _COMPROBANTE_OPTIONAL,
    _maybe("InformacionGlobal", _shape("Periodicidad Meses Año")),
    _any_number("CfdiRelacionados", _RELACIONADOS),
    _one("Emisor", _shape("Rfc Nombre RegimenFiscal", "FacAtrAdquirente")),
    _one(
        "Receptor",
        _shape("Rfc Nombre DomicilioFiscalReceptor RegimenFiscalReceptor UsoCFDI", "ResidenciaFiscal NumRegIdTrib"),
    ),
    _one(
        "Conceptos",
        _shape(
            "",
            "",
            _some(
                "Concepto",
                _shape(
                    f"{_CONCEPTO} ObjetoImp",
                    _CONCEPTO_OPTIONAL,
                    *_CONCEPTO_CHILDREN,
                    _any_number("CuentaPredial", _PREDIAL),
                    _maybe(
                        "ACuentaTerceros",
                        _shape(
                            "RfcACuentaTerceros NombreACuentaTerceros RegimenFiscalACuentaTerceros"
                            " DomicilioFiscalACuentaTerceros"
                        ),
                    ),
                ),
            ),
        ),
    ),
    _maybe("Impuestos", _shape("", _TOTALS, _RETENIDOS, _rows("Traslados", "Traslado", _TAX_OR_EXENTO))),
    _maybe("Complemento", ANYTHING),
    _maybe("Addenda", ANYTHING),
)

COMPROBANTE_33 = _shape(
    _COMPROBANTE,
    _COMPROBANTE_OPTIONAL,
    _maybe("CfdiRelacionados", _RELACIONADOS),
    _one("Emisor", _shape("Rfc RegimenFiscal", "Nombre")),
    _one("Receptor", _shape("Rfc UsoCFDI", "Nombre ResidenciaFiscal NumRegIdTrib")),
    _one(
        "Conceptos",
        _shape(
            "",
            "",
            _some(
                "Concepto",
                _shape(_CONCEPTO, _CONCEPTO_OPTIONAL, *_CONCEPTO_CHILDREN, _maybe("CuentaPredial", _PREDIAL)),
            ),
        ),
    ),
    _maybe(
        "Impuestos",
        _shape(
            "", _TOTALS, _RETENIDOS, _rows("Traslados", "Traslado", _shape("Impuesto TipoFactor TasaOCuota Importe"))
        ),
    ),
    _any_number("Complemento", ANYTHING),
    _maybe("Addenda", ANYTHING),
)

TIMBRE = _shape("Version UUID FechaTimbrado RfcProvCertif SelloCFD NoCertificadoSAT SelloSAT", "Leyenda")

_PAGO = "FechaPago FormaDePagoP MonedaP Monto"
_PAGO_OPTIONAL = (
    "TipoCambioP NumOperacion RfcEmisorCtaOrd NomBancoOrdExt CtaOrdenante RfcEmisorCtaBen CtaBeneficiario TipoCadPago"
    " CertPago CadPago SelloPago"
)

PAGOS_20 = _shape(
    "Version",
    "",
    _one(
        "Totales",
        _shape(
            "MontoTotalPagos",
            "TotalRetencionesIVA TotalRetencionesISR TotalRetencionesIEPS TotalTrasladosBaseIVA16"
            " TotalTrasladosImpuestoIVA16 TotalTrasladosBaseIVA8 TotalTrasladosImpuestoIVA8 TotalTrasladosBaseIVA0"
            " TotalTrasladosImpuestoIVA0 TotalTrasladosBaseIVAExento",
        ),
    ),
    _some(
        "Pago",
        _shape(
            _PAGO,
            _PAGO_OPTIONAL,
            _some(
                "DoctoRelacionado",
                _shape(
                    "IdDocumento MonedaDR NumParcialidad ImpSaldoAnt ImpPagado ImpSaldoInsoluto ObjetoImpDR",
                    "Serie Folio EquivalenciaDR",
                    _maybe(
                        "ImpuestosDR",
                        _shape(
                            "",
                            "",
                            _rows(
                                "RetencionesDR",
                                "RetencionDR",
                                _shape("BaseDR ImpuestoDR TipoFactorDR TasaOCuotaDR ImporteDR"),
                            ),
                            _rows(
                                "TrasladosDR",
                                "TrasladoDR",
                                _shape("BaseDR ImpuestoDR TipoFactorDR", "TasaOCuotaDR ImporteDR"),
                            ),
                        ),
                    ),
                ),
            ),
            _maybe(
                "ImpuestosP",
                _shape(
                    "",
                    "",
                    _rows("RetencionesP", "RetencionP", _shape("ImpuestoP ImporteP")),
                    _rows("TrasladosP", "TrasladoP", _shape("BaseP ImpuestoP TipoFactorP", "TasaOCuotaP ImporteP")),
                ),
            ),
        ),
    ),
)

PAGOS_10 = _shape(
    "Version",
    "",
    _some(
        "Pago",
        _shape(
            _PAGO,
            _PAGO_OPTIONAL,
            _any_number(
                "DoctoRelacionado",
                _shape(
                    "IdDocumento MonedaDR MetodoDePagoDR",
                    "Serie Folio TipoCambioDR NumParcialidad ImpSaldoAnt ImpPagado ImpSaldoInsoluto",
                ),
            ),
            _any_number(
                "Impuestos",
                _shape(
                    "",
                    _TOTALS,
                    _RETENIDOS,
                    _rows("Traslados", "Traslado", _shape("Impuesto TipoFactor TasaOCuota Importe")),
                ),
            ),
        ),
    ),
)
