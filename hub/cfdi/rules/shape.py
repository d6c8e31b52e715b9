"""Code 301: what SAT's schema demands of a value and no code of the matrix speaks of: its length, characters, digits.

Only the shapes that are not already a rule's: a document that breaks one of those is told its own code, as SAT would.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from hub.cfdi.document import (
    CfdiRelacionados,
    Comprobante,
    Concepto,
    Emisor,
    ImpuestoRetenido,
    Impuestos,
    Parte,
    Retencion,
    Traslado,
)
from hub.cfdi.pagos import DoctoRelacionado, Pago, Pagos, RetencionDR, RetencionP, Totales, TrasladoDR, TrasladoP
from hub.cfdi.rules import row
from hub.cfdi.rules.codes import CODES
from hub.cfdi.rules.rule import Violation
from hub.cfdi.schema import SchemaProblem
from hub.cfdi.text import normalize_space

_Holds = Callable[[Any], bool]
_CODE, _RULE = CODES["301"], "The value has the length, characters and digits that SAT's schema demands."
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FECHA = re.compile(r"20[1-9]\d-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", re.ASCII)
_RFC = r"[A-Z&Ñ]{%s}[0-9]{2}(0[1-9]|1[012])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]"
_UUID = "-".join(f"[a-fA-F0-9]{{{length}}}" for length in (8, 4, 4, 4, 12))


def _matches(pattern: str) -> _Holds:
    fullmatch = re.compile(pattern).fullmatch
    return lambda value: fullmatch(value if isinstance(value, str) else str(value)) is not None


def _text(limit: int, *, forbidden: str = "|") -> _Holds:
    """Something other than white space that XML can carry, without `|`."""

    def holds(value: str) -> bool:
        if not value.strip(" \t\r\n") or (forbidden and forbidden in value):
            return False
        if len(value) > limit and len(normalize_space(value)) > limit:
            return False
        return value.isprintable() or _UNWRITABLE.search(value) is None

    return holds


def _optional(holds: _Holds) -> _Holds:
    """An empty text is not written."""
    return lambda value: value == "" or holds(value)


def is_fecha(value: str) -> bool:
    """Whether it is an existing moment as SAT writes it: `AAAA-MM-DDThh:mm:ss`, no zone, from 2010 on."""
    try:
        return _FECHA.fullmatch(value) is not None and datetime.fromisoformat(value) is not None
    except ValueError:
        return False


def _quantity(value: Decimal) -> bool:
    return _amount(value) and value > 0


def _is_equivalencia(value: Decimal) -> bool:
    return value > 0 and _ten_decimals(f"{value:f}")


def _some(value: tuple[object, ...]) -> bool:
    return bool(value)


def _uuids(value: tuple[str, ...]) -> bool:
    return bool(value) and all(map(_uuid, value))


def _prediales(value: tuple[str, ...]) -> bool:
    return all(map(_cuenta_predial, value))


_amount = _matches(r"[0-9]{1,18}(\.[0-9]{1,6})?")
_ten_decimals = _matches(r"[0-9]+(\.[0-9]{1,10})?")
_pesos = _matches(r"[0-9]{1,18}(\.[0-9]{1,2})?")
_uuid = _matches(_UUID)
_cuenta_predial = _matches("[0-9a-zA-Z]{1,150}")
_account = _optional(_matches("[A-Z0-9_]{10,50}"))
_base64 = _optional(_matches(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"))
_serie, _folio, _unidad = (_optional(_text(limit)) for limit in (25, 40, 20))
_descripcion, _no_identificacion = _text(1000), _optional(_text(100))

_FIELDS: dict[Any, dict[str, _Holds]] = {
    Comprobante: {
        "conceptos": _some,
        "sub_total": _amount,
        "total": _amount,
        "serie": _serie,
        "folio": _folio,
        "condiciones_de_pago": _optional(_text(1000)),
        "descuento": _amount,
    },
    Emisor: {"rfc": _matches(_RFC % "3,4")},
    CfdiRelacionados: {"uuids": _uuids},
    Concepto: {
        "cantidad": _quantity,
        "descripcion": _descripcion,
        "valor_unitario": _amount,
        "importe": _amount,
        "no_identificacion": _no_identificacion,
        "unidad": _unidad,
        "descuento": _amount,
        "cuenta_predial": _prediales,
    },
    Parte: {
        "cantidad": _quantity,
        "descripcion": _descripcion,
        "no_identificacion": _no_identificacion,
        "unidad": _unidad,
        "valor_unitario": _amount,
        "importe": _amount,
    },
    Traslado: {"base": _amount, "tasa_o_cuota": _amount, "importe": _amount},
    Retencion: {"base": _amount, "tasa_o_cuota": _amount, "importe": _amount},
    Impuestos: {"total_impuestos_retenidos": _amount, "total_impuestos_trasladados": _amount},
    ImpuestoRetenido: {"importe": _amount},
    Pagos: {"pagos": _some},
    Totales: dict.fromkeys(Totales._fields, _pesos),
    Pago: {
        "fecha_pago": is_fecha,
        "monto": _amount,
        "documentos": _some,
        "tipo_cambio_p": _quantity,
        "num_operacion": _optional(_text(100)),
        "rfc_emisor_cta_ord": _optional(_matches(f"XEXX010101000|{_RFC % '3'}")),
        "nom_banco_ord_ext": _optional(_text(300)),
        "cta_ordenante": _account,
        "rfc_emisor_cta_ben": _optional(_matches(_RFC % "3")),
        "cta_beneficiario": _account,
        "tipo_cad_pago": _optional(_matches("01")),
        "cert_pago": _base64,
        "cad_pago": _optional(_text(8192, forbidden="")),
        "sello_pago": _base64,
    },
    DoctoRelacionado: {
        "id_documento": _matches(f"{_UUID}|[0-9]{{3}}-[0-9]{{2}}-[0-9]{{9}}"),
        "num_parcialidad": _matches("[1-9][0-9]{0,2}"),
        "imp_saldo_ant": _amount,
        "imp_pagado": _amount,
        "imp_saldo_insoluto": _amount,
        "serie": _serie,
        "folio": _folio,
        "equivalencia_dr": _is_equivalencia,
    },
    TrasladoDR: {"base_dr": _amount, "tasa_o_cuota_dr": _amount, "importe_dr": _amount},
    RetencionDR: {"base_dr": _amount, "tasa_o_cuota_dr": _amount, "importe_dr": _amount},
    TrasladoP: {"base_p": _amount, "tasa_o_cuota_p": _amount, "importe_p": _amount},
    RetencionP: {"importe_p": _amount},
}
_PARTS = {
    Comprobante: ("emisor", "cfdi_relacionados", "conceptos", "impuestos", "pagos"),
    Concepto: ("traslados", "retenciones", "partes"),
    Impuestos: ("retenciones", "traslados"),
    Pagos: ("totales", "pagos"),
    Pago: ("documentos", "retenciones_p", "traslados_p"),
    DoctoRelacionado: ("retenciones_dr", "traslados_dr"),
}


def broken(c: Comprobante) -> tuple[Violation, ...]:
    """A violation for each value of a document that SAT's schema refuses."""
    return () if row.is_sound(c) else tuple(refused(c))


def of_schema(problems: Iterable[SchemaProblem]) -> tuple[Violation, ...]:
    """The same violation for what SAT's schema itself refuses; the path is that of the XML, the rule its words."""
    return tuple([Violation("301", _CODE.message_es, p.path, _CODE.kind, p.message, _CODE.reason_es) for p in problems])


def refused(node: Any, path: str = "") -> Iterator[Violation]:
    """The violations of a document or of a node in it, each value looked at by itself."""
    for name, holds in _FIELDS[type(node)].items():
        value = getattr(node, name)
        if value is not None and not holds(value):
            yield Violation("301", _CODE.message_es, f"{path}{name}", _CODE.kind, _RULE, _CODE.reason_es)
    for name in _PARTS.get(type(node), ()):
        part = getattr(node, name)
        if hasattr(part, "_fields"):
            yield from refused(part, f"{path}{name}.")
        elif part:
            for index, each in enumerate(part):
                yield from refused(each, f"{path}{name}[{index}].")
