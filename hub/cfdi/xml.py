"""A `Comprobante` as the UTF-8 XML that is sealed and stamped."""

from hub.cfdi.document import Comprobante
from hub.cfdi.nodes import Nodes, nodes
from hub.cfdi.text import escape


def to_xml(
    comprobante: Comprobante,
    *,
    no_certificado: str | None = None,
    certificado: str | None = None,
    sello: str | None = None,
) -> bytes:
    """A CFDI 4.0 as bytes. The three attributes of the seal may be given here instead of in the document.

    What `read` found comes back: a timbre (which only a PAC makes), complements and Addenda of others too. Raises
    ValueError if a text holds a character that XML cannot carry, and for a 3.3, which nobody issues any more.
    """
    c = comprobante
    if c.version != "4.0":
        raise ValueError(f"only a CFDI 4.0 can be written, not a {c.version}")
    written = nodes(c, no_certificado or c.no_certificado)
    return joined(escaped(written), certificado=escape(certificado or c.certificado), sello=escape(sello or c.sello))


def escaped(written: Nodes) -> Nodes:
    """The same with every value fit for an attribute."""
    texts = written.texts.copy()
    texts[1::2] = map(escape, texts[1::2])
    return written._replace(texts=texts)


def joined(written: Nodes, *, certificado: str, sello: str) -> bytes:
    """The XML. Values of the nodes need no escaping, which is nearly always so, or are `escaped`."""
    texts, _, sello_at, at = written
    numbered = "".join(texts[sello_at:at] if texts[at - 1] else texts[sello_at : at - 2])
    # Each attribute closes the one before and is left open, as the texts of nodes do.
    sello = f'" Sello="{sello}' if sello else ""
    certificado = f'" Certificado="{certificado}' if certificado else ""
    # Encoded apart: with a single letter beyond ASCII in it, the long certificate would take ten times as long.
    seal = f"{sello}{numbered}{certificado}".encode()
    return b"".join(("".join(texts[:sello_at]).encode(), seal, "".join(texts[at:]).encode()))
