"""A document issued again in place of a wrong one (TipoRelacion 04), before that is cancelled with motivo 01."""

from datetime import datetime

from hub.cfdi.document import CfdiRelacionados, Comprobante
from hub.cfdi.ingreso import local_fecha
from hub.cfdi.text import clean

SUSTITUCION = "04"


def substitute(
    corrected: Comprobante, *, replaces: str, fecha: datetime, serie: str | None = None, folio: str | None = None
) -> Comprobante:
    """`corrected`, a changed copy of the wrong document, as its substitute: unsealed, with relation 04 to `replaces`.

    `replaces` is the UUID of the wrong document. Other relations stay; an older 04 goes, for the document it named is
    already replaced. The Addenda goes too: it is added anew after stamping. `fecha` as for `ingreso`; without `folio`
    the document keeps its own.
    """
    kept = tuple([r for r in corrected.cfdi_relacionados if r.tipo_relacion != SUSTITUCION])
    return corrected._replace(
        fecha=local_fecha(fecha, corrected.lugar_expedicion),
        serie=clean(serie, 25) or corrected.serie,
        folio=clean(folio, 40) or corrected.folio,
        cfdi_relacionados=(CfdiRelacionados(SUSTITUCION, (replaces,)), *kept),
        no_certificado="",
        certificado="",
        sello="",
        timbre=None,
        addenda=(),
    )
