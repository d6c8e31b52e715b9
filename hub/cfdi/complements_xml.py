"""Writes what few documents have, for `hub.cfdi.xml`: complements, Addenda, and what is known of the goods."""

from hub.cfdi.document import Comprobante, Concepto, ForeignXml, Parte, TimbreFiscal
from hub.cfdi.pagos_xml import pagos_xml

_TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
_SCHEMA = f"{_TFD} http://www.sat.gob.mx/sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"
_TIMBRE = (
    f'<tfd:TimbreFiscalDigital xmlns:tfd="{_TFD}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{_SCHEMA}"'
)


def complemento(c: Comprobante) -> str:
    """`cfdi:Complemento`; the texts in it need no escaping or are escaped."""
    payments = pagos_xml(c.pagos) if c.pagos else ""
    timbre = _timbre(c.timbre) if c.timbre else ""
    return f"<cfdi:Complemento>{payments}{_foreign(c.complementos)}{timbre}</cfdi:Complemento>"


def addenda(elements: tuple[ForeignXml, ...]) -> str:
    """`cfdi:Addenda`."""
    return f"<cfdi:Addenda>{_foreign(elements)}</cfdi:Addenda>"


def goods(c: Concepto) -> str:
    """The nodes of a Concepto after its taxes and its third party."""
    complemento_concepto = _foreign(c.complemento_concepto)
    parts = [
        _pedimentos(c.informacion_aduanera),
        *[f'<cfdi:CuentaPredial Numero="{numero}"/>' for numero in c.cuenta_predial],
        f"<cfdi:ComplementoConcepto>{complemento_concepto}</cfdi:ComplementoConcepto>" if complemento_concepto else "",
        *map(_parte, c.partes),
    ]
    return "".join(parts)


def _foreign(elements: tuple[ForeignXml, ...]) -> str:
    return "".join([element.xml for element in elements])


def _pedimentos(numbers: tuple[str, ...]) -> str:
    return "".join([f'<cfdi:InformacionAduanera NumeroPedimento="{number}"/>' for number in numbers])


def _parte(p: Parte) -> str:
    attributes = (
        ("ClaveProdServ", p.clave_prod_serv),
        ("NoIdentificacion", p.no_identificacion),
        ("Cantidad", p.cantidad),
        ("Unidad", p.unidad),
        ("Descripcion", p.descripcion),
        ("ValorUnitario", p.valor_unitario),
        ("Importe", p.importe),
    )
    written = "".join([f' {name}="{value!s}"' for name, value in attributes if value is not None])
    return f"<cfdi:Parte{written}>{_pedimentos(p.informacion_aduanera)}</cfdi:Parte>"


def _timbre(t: TimbreFiscal) -> str:
    leyenda = f' Leyenda="{t.leyenda}"' if t.leyenda else ""
    return (
        f'{_TIMBRE} Version="{t.version}" UUID="{t.uuid}" FechaTimbrado="{t.fecha_timbrado}"'
        f' RfcProvCertif="{t.rfc_prov_certif}"{leyenda} SelloCFD="{t.sello_cfd}"'
        f' NoCertificadoSAT="{t.no_certificado_sat}" SelloSAT="{t.sello_sat}"/>'
    )
