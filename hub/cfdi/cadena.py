"""The cadena original: the text whose SHA-256 the issuer signs, in the order of SAT's cadenaoriginal_4_0.xslt.

It is written from the document, not from the XML, and equals what the XSLT yields (the tests hold both side by side).
Every value is preceded by `|`; optional values that are absent leave no trace.
"""

from hub.cfdi.cadena33 import cadena_33
from hub.cfdi.document import Comprobante, TimbreFiscal
from hub.cfdi.nodes import Nodes, nodes
from hub.cfdi.text import normalize_space


def cadena_original(comprobante: Comprobante, *, no_certificado: str | None = None) -> str:
    """`||4.0|...||`, or `||3.3|...||`. The certificate's number may be given here instead of in the document.

    Raises ValueError for a complement that the hub does not know.
    """
    check_all_known(comprobante)
    numero = no_certificado or comprobante.no_certificado
    return tidy(cadena_33(comprobante, numero) if comprobante.version == "3.3" else joined(nodes(comprobante, numero)))


def check_all_known(comprobante: Comprobante) -> None:
    """Raises ValueError for a complement of which only SAT's XSLT knows the signed values (`verify_seal` asks it)."""
    if comprobante.complementos or any([c.complemento_concepto for c in comprobante.conceptos]):
        foreign = comprobante.complementos or [x for c in comprobante.conceptos for x in c.complemento_concepto]
        raise ValueError(f"the hub does not know which values of the complement {foreign[0].name} are signed")


def joined(written: Nodes) -> str:
    """The cadena with the values as they are."""
    return f"||{'|'.join(written.values)}||"


def cadena_timbre(timbre: TimbreFiscal) -> str:
    """The cadena original of the timbre, which SAT's seal signs: `||1.1|UUID|...||`."""
    t = timbre
    leyenda = f"|{t.leyenda}" if t.leyenda else ""
    head = f"||{t.version}|{t.uuid}|{t.fecha_timbrado}|{t.rfc_prov_certif}{leyenda}"
    return tidy(f"{head}|{t.sello_cfd}|{t.no_certificado_sat}||")


def is_tidy(cadena: str) -> bool:
    """Whether the values of a cadena without control characters have no blank at an end or twice in a row."""
    return "  " not in cadena[2:-2].replace("|", " ")


def tidy(cadena: str) -> str:
    """SAT's XSLT normalises the white space of every value."""
    return f"||{'|'.join(map(normalize_space, cadena[2:-2].split('|')))}||"
