"""The files of a CFDI: the XML as it was stamped, and its representación impresa."""

import structlog

from hub.cfdi.pdf import Brand, TemplateError, render
from hub.config import IssuerSettings
from hub.store import Cfdi

from .context import Flow

log = structlog.get_logger()


def stem_of(cfdi: Cfdi) -> str:
    """File name without extension: issuer, series and folio, as an accountant sorts them."""
    return f"{cfdi.rfc_emisor}_{cfdi.serie}{cfdi.folio}_{(cfdi.uuid or '')[:8].upper()}"


def pdf_of(flow: Flow, issuer: str, xml: bytes, *, cancelled: bool = False) -> bytes:
    """The PDF in the issuer's look; marked as a test unless the hub works for real.

    A buyer does not wait for a template to be mended: if the issuer's own fails, the shipped one is used.
    """
    settings, test = flow.issuer(issuer), flow.settings.environment == "test"
    try:
        return pdf_by(settings, xml, settings.pdf.template_text, cancelled=cancelled, test=test)
    except TemplateError as error:
        if settings.pdf.template is None:
            raise
        log.error("pdf_template_failed", issuer=issuer, reason=str(error), hint="`hub check` shows it")  # noqa: TRY400
        return pdf_by(settings, xml, None, cancelled=cancelled, test=test)


def pdf_by(
    settings: IssuerSettings, xml: bytes, template: str | None, *, cancelled: bool = False, test: bool = False
) -> bytes:
    """The PDF by one template, or the shipped one; raises TemplateError if it fails."""
    return render(
        xml,
        _brand(settings),
        cancelled=cancelled,
        notes=settings.pdf.notes,
        test=test,
        template=template,
        attach_xml=settings.pdf.attach_xml,
    )


def _brand(settings: IssuerSettings) -> Brand:
    portal = settings.portal
    return Brand(
        nombre=portal.nombre,
        logo=portal.logo,
        primary=portal.primary,
        secondary=portal.secondary,
        email=portal.email or "",
        phone=portal.telefono or "",
        web=portal.url or "",
    )
