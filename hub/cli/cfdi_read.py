"""`hub cfdi read`: what a file is, whoever wrote it, and whether its signatures hold."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cfdi import Comprobante, MalformedXmlError, SealCheck, read, verify_seal
from hub.plugin import ConfigError

from . import show
from .exits import DONE, SET_ASIDE

_TIPOS = {"I": "ingreso", "E": "egreso", "P": "pago", "T": "traslado", "N": "nómina"}


def read_file(
    file: Annotated[Path, typer.Argument(help="The XML of a CFDI 4.0 or 3.3, from anyone.")],
    sat_certificate: Annotated[
        Path | None, typer.Option(help="SAT's certificate (.cer) that the timbre names, to check its signature.")
    ] = None,
    as_json: show.Json = False,
) -> int:
    """What a CFDI says, and whether seal and timbre hold; ends with 5 if one of them does not."""
    xml = _bytes(file)
    certificate = _bytes(sat_certificate) if sat_certificate else None
    try:
        comprobante = read(xml)
    except MalformedXmlError as error:
        raise ConfigError(f"{file} cannot be read: {error}", hint="is it the XML as the PAC returned it?") from error
    try:
        seal = verify_seal(xml, sat_certificate=certificate)
    except MalformedXmlError as error:
        show.facts({**_facts(comprobante), "sello": f"CANNOT BE CHECKED: {error}"}, as_json=as_json)
        return SET_ASIDE
    except ValueError as error:
        raise ConfigError(f"{sat_certificate} is no certificate of SAT: {error}") from error
    signatures = _signatures(comprobante, seal, checked=certificate is not None)
    show.facts({**_facts(comprobante), **signatures}, as_json=as_json)
    return SET_ASIDE if not seal.sello or seal.timbre is False else DONE


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error


def _facts(c: Comprobante) -> dict[str, Any]:
    others = [one.name for one in (*c.complementos, *(f for line in c.conceptos for f in line.complemento_concepto))]
    payments = ["Pagos 2.0"] * bool(c.pagos) + ["Pagos 1.0"] * bool(c.pagos_10)
    return {
        "document": f"CFDI {c.version} of {_TIPOS.get(c.tipo_de_comprobante, c.tipo_de_comprobante)}",
        "serie_folio": "-".join(part for part in (c.serie, c.folio) if part),
        "fecha": c.fecha,
        "emisor": f"{c.emisor.rfc} {c.emisor.nombre}".strip(),
        "receptor": f"{c.receptor.rfc} {c.receptor.nombre}".strip(),
        "total": f"{c.total} {c.moneda}",
        "conceptos": len(c.conceptos),
        "complements": ", ".join([*payments, *others]),
        "addenda": ", ".join(one.name for one in c.addenda),
        "uuid": c.timbre.uuid if c.timbre else "",
        "stamped_at": c.timbre.fecha_timbrado if c.timbre else "",
        "pac": c.timbre.rfc_prov_certif if c.timbre else "",
    }


def _signatures(c: Comprobante, seal: SealCheck, *, checked: bool) -> dict[str, str]:
    stranger = "" if seal.rfc == c.emisor.rfc else f", which is not the issuer's but of {seal.rfc}"
    return {
        "sello": f"{'holds' if seal.sello else 'DOES NOT HOLD'}; certificate {seal.no_certificado}{stranger}",
        "timbre": _timbre(seal.timbre, c, checked=checked),
    }


def _timbre(holds: bool | None, c: Comprobante, *, checked: bool) -> str:
    if c.timbre is None:
        return "none: it is not stamped"
    numero = c.timbre.no_certificado_sat
    if not holds:
        return f"DOES NOT HOLD: it is of another seal, or not signed with SAT's certificate {numero}"
    if checked:
        return f"holds; SAT's certificate {numero}"
    return f"is of this seal; SAT's signature is not checked without --sat-certificate (the one with number {numero})"
