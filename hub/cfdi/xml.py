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
    texts, at = written.texts, written.certificado_at
    numbered = texts[written.sello_at : at] if texts[at - 1] else texts[written.sello_at : at - 2]
    seal = f"{_closed('Sello', sello)}{''.join(numbered)}{_closed('Certificado', certificado)}"
    # Encoded apart: with a single letter beyond ASCII in it, the long certificate would take ten times as long.
    return b"".join(("".join(texts[: written.sello_at]).encode(), seal.encode(), "".join(texts[at:]).encode()))


def _closed(name: str, value: str) -> str:
    """Closes the attribute before, opens this one and leaves it open, as the texts of nodes do."""
    return f'" {name}="{value}' if value else ""
