"""The stamped XML inside its PDF, as PDF/A-3 has it: whoever keeps one file keeps both."""

import re
from collections.abc import Mapping

from hub.cfdi.pdf.errors import SourceError
from hub.cfdi.pdf.source import Source, attribute

_UUID = re.compile(r"[0-9A-Fa-f-]{36}")


def with_attachment(sources: Mapping[str, bytes], xml: bytes, source: Source) -> dict[str, bytes]:
    """The sources with the XML attached as `<UUID>.xml`: what the page was made from (AFRelationship Source)."""
    name = _name(source)
    # on the template's first line, so that typst's line numbers stay those of the template
    attach = (
        f'#pdf.attach("{name}", relationship: "source", mime-type: "text/xml", description: "CFDI timbrado (XML)");'
    )
    return {**sources, "main.typ": attach.encode() + sources["main.typ"], name: xml}


def _name(source: Source) -> str:
    uuid = attribute(source.timbre, "UUID")
    if not _UUID.fullmatch(uuid):
        raise SourceError(f"the UUID {uuid!r} of the timbre is none; make the PDF from the XML that the PAC returned")
    return f"{uuid.upper()}.xml"
