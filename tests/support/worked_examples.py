"""The worked examples of `tests/fixtures/cfdi`: documents whose every number was checked against SAT's rules."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from hub.cfdi import (
    Comprobante,
    Concepto,
    Emisor,
    ImpuestoRetenido,
    Impuestos,
    InformacionGlobal,
    Receptor,
    Retencion,
    Traslado,
)

_FILE = Path(__file__).parent.parent / "fixtures" / "cfdi" / "worked_examples.json"
EXAMPLES: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))


def document(name: str) -> Comprobante:
    """An example as a document, not through the solver."""
    example = EXAMPLES[name]
    header = example["header"]
    return Comprobante(
        fecha=header["Fecha"],
        emisor=Emisor(*example["emisor"]),
        receptor=Receptor(*example["receptor"]),
        conceptos=tuple(map(_concepto, example["conceptos"])),
        sub_total=Decimal(header["SubTotal"]),
        moneda=header["Moneda"],
        total=Decimal(header["Total"]),
        tipo_de_comprobante=header["TipoDeComprobante"],
        lugar_expedicion=header["LugarExpedicion"],
        exportacion=header["Exportacion"],
        serie=header["Serie"],
        folio=header["Folio"],
        forma_pago=header["FormaPago"],
        metodo_pago=header["MetodoPago"],
        descuento=_decimal(header.get("Descuento")),
        tipo_cambio=_decimal(header.get("TipoCambio")),
        impuestos=_impuestos(example["summary"]),
        informacion_global=InformacionGlobal(*example["informacion_global"])
        if "informacion_global" in example
        else None,
    )


def _concepto(row: dict[str, Any]) -> Concepto:
    return Concepto(
        clave_prod_serv=row["ClaveProdServ"],
        cantidad=Decimal(row["Cantidad"]),
        clave_unidad=row["ClaveUnidad"],
        descripcion=row["Descripcion"],
        valor_unitario=Decimal(row["ValorUnitario"]),
        importe=Decimal(row["Importe"]),
        objeto_imp=row["ObjetoImp"],
        no_identificacion=row.get("NoIdentificacion"),
        descuento=_decimal(row.get("Descuento")),
        traslados=tuple(map(_traslado, row["taxes"])),
        retenciones=tuple(map(_retencion, row.get("retenciones", []))),
    )


def _impuestos(summary: dict[str, Any]) -> Impuestos:
    retained = (row.split() for row in summary["retenciones"])
    return Impuestos(
        retenciones=tuple(ImpuestoRetenido(impuesto, Decimal(importe)) for impuesto, importe in retained),
        traslados=tuple(map(_traslado, summary["taxes"])),
        total_impuestos_retenidos=_decimal(summary["retenidos"]),
        total_impuestos_trasladados=_decimal(summary["trasladados"]),
    )


def _traslado(row: str) -> Traslado:
    base, impuesto, factor, *rest = row.split()
    return Traslado(Decimal(base), impuesto, factor, *map(Decimal, rest))


def _retencion(row: str) -> Retencion:
    base, impuesto, factor, tasa, importe = row.split()
    return Retencion(Decimal(base), impuesto, factor, Decimal(tasa), Decimal(importe))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
