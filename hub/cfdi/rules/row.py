"""All values of an ordinary document in a row, matched at once: the short way of `hub.cfdi.rules.shape`.

Looking at each of some forty values takes half as long as building the document. A match says that every value has its
shape. No match says nothing: then each is looked at. Payments and the rare parts of a Concepto are never matched.
"""

from hub.cfdi.document import Comprobante, Concepto
from hub.cfdi.possessive import compiled

_RARE = slice(Concepto._fields.index("retenciones"), None)
_NOTHING_RARE = tuple(Concepto._field_defaults.values())[-len(Concepto._fields[_RARE]) :]
_RFC = "[A-Z&Ñ]{3,4}[0-9]{2}(?:0[1-9]|1[012])(?:0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[0-9A]"
_UUID = "-".join(f"[a-fA-F0-9]{{{length}}}" for length in (8, 4, 4, 4, 12))
_AMOUNT = r"[0-9]{1,18}+(?:\.[0-9]{1,6}+)?+"
_OPTIONAL = f"(?:{_AMOUNT}|None)"


def _text(most: int) -> str:
    """Something other than blanks, without `|`, line breaks and what XML cannot carry."""
    return rf"(?! *+\n)[^|\x00-\x1f\ud800-\udfff\ufffe\uffff]{{1,{most}}}+\n"


_DOCUMENT = (
    rf"(?:{_text(25)}|\n)(?:{_text(40)}|\n)(?:{_text(1000)}|\n){_RFC}\n"
    rf"{_AMOUNT} {_AMOUNT} {_OPTIONAL} {_OPTIONAL} {_OPTIONAL}\n"
)
_CONCEPTO = rf"{_text(1000)}(?:{_text(100)}|\n)(?:{_text(20)}|\n){_AMOUNT} {_AMOUNT} {_AMOUNT} {_OPTIONAL}\n"
_TAX = rf"{_OPTIONAL} {_OPTIONAL} {_OPTIONAL}\n"
_ROW = compiled(rf"{_DOCUMENT}(?:=\n(?:{_UUID}\n)++)*+(?:{_CONCEPTO}(?:{_TAX})*+)++(?:-\n(?:{_TAX})*+)?+")
"""Relations begin with `=`, the rows of the tax summary with `-`."""


def is_sound(c: Comprobante) -> bool:
    """Whether all values surely have the shape that SAT's schema demands."""
    if c.pagos is not None or any([x[_RARE] != _NOTHING_RARE for x in c.conceptos]):
        return False
    values = _values(c)
    row = "\n".join(values)
    if row.count("\n") != len(values) - 1:  # a line break in a value would make two values of it
        return False
    return _ROW.fullmatch(row) is not None and all([x.cantidad for x in c.conceptos])


def _values(c: Comprobante) -> list[str]:
    totals = c.impuestos[2:] if c.impuestos else (None, None)
    values = [c.serie or "", c.folio or "", c.condiciones_de_pago or "", c.emisor.rfc]
    values.append(f"{c.sub_total!s} {c.total!s} {c.descuento!s} {totals[0]!s} {totals[1]!s}")
    for related in c.cfdi_relacionados:
        values += ("=", *related.uuids)
    for x in c.conceptos:
        amounts = f"{x.cantidad!s} {x.valor_unitario!s} {x.importe!s} {x.descuento!s}"
        values += (x.descripcion, x.no_identificacion or "", x.unidad or "", amounts)
        values += [f"{base!s} {tasa!s} {importe!s}" for base, _, _, tasa, importe in x.traslados]
    if c.impuestos:
        values.append("-")
        values += [f"{base!s} {tasa!s} {importe!s}" for base, _, _, tasa, importe in c.impuestos.traslados]
        values += [f"{retenido.importe!s} None None" for retenido in c.impuestos.retenciones]
    values.append("")
    return values
