"""Complements and Addenda for `hub.cfdi.nodes`."""

from hub.cfdi.document import Comprobante, ForeignXml, TimbreFiscal
from hub.cfdi.pagos_nodes import add_pagos

_TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
_SCHEMA = f"{_TFD} http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"
_TIMBRE = (
    f'<tfd:TimbreFiscalDigital xmlns:tfd="{_TFD}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{_SCHEMA}" Version="'
)


def add_complements(c: Comprobante, before: str, texts: list[str], values: list[str]) -> str:
    """`before` and what it gives as in `hub.cfdi.nodes`. Of these only the payments are added to `values`.

    The timbre is not signed by the issuer, nor the Addenda by anybody. Foreign XML needs no escaping.
    """
    if c.pagos or c.timbre or c.complementos:
        before += "<cfdi:Complemento>"
        if c.pagos:
            begin = len(texts)
            before = add_pagos(c.pagos, before, texts)
            values += texts[begin + 1 :: 2]
        before += raw(c.complementos)
        if c.timbre:
            before = _add_timbre(c.timbre, before, texts)
        before += "</cfdi:Complemento>"
    return f"{before}<cfdi:Addenda>{raw(c.addenda)}</cfdi:Addenda>" if c.addenda else before


def raw(elements: tuple[ForeignXml, ...]) -> str:
    """Foreign elements as they stood."""
    return "".join([element.xml for element in elements])


def _add_timbre(t: TimbreFiscal, before: str, texts: list[str]) -> str:
    texts += (before + _TIMBRE, t.version, '" UUID="', t.uuid, '" FechaTimbrado="', t.fecha_timbrado)
    texts += ('" RfcProvCertif="', t.rfc_prov_certif)
    if t.leyenda:
        texts += ('" Leyenda="', t.leyenda)
    texts += ('" SelloCFD="', t.sello_cfd, '" NoCertificadoSAT="', t.no_certificado_sat, '" SelloSAT="', t.sello_sat)
    return '"/>'
