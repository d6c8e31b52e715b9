"""The link of a purchase: the page that fits where it stands."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from starlette.responses import JSONResponse, RedirectResponse, Response

from hub.flow import spanish
from hub.flow.portal_model import FieldProblem, Purchase, Stage
from hub.flow.portal_port import HelpTopic, PortalPort
from hub.web.portal.form import form_page
from hub.web.portal.rendering import render
from hub.web.portal.visit import Visit

PATIENCE = timedelta(seconds=15)
"""After this long the page stops saying "a moment" and gives the promise (message 23)."""

_ASKED_THROUGH_HELP = {Stage.GLOBAL: HelpTopic.GLOBAL, Stage.LATE: HelpTopic.LATE}


def show(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    match purchase.stage:
        case Stage.OPEN:
            return form_page(port, visit, purchase)
        case Stage.CORRECT:
            return form_page(port, visit, purchase, problems=purchase.problems)
        case Stage.WORKING:
            return RedirectResponse(visit.to("f", purchase.token, "avance"), HTTPStatus.SEE_OTHER)
        case Stage.INVOICED:
            return invoiced_page(port, visit, purchase)
        case Stage.GLOBAL | Stage.LATE | Stage.REFUNDED | Stage.HELD:
            return _explained(port, visit, purchase)


def back(_port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    """For who reloads the address of a form that was sent."""
    return RedirectResponse(visit.to("f", purchase.token), HTTPStatus.SEE_OTHER)


def progress(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    """The page that waits with the buyer; the script asks for JSON instead of loading it again."""
    if "application/json" in visit.request.headers.get("accept", ""):
        return JSONResponse({"stage": purchase.stage})
    if purchase.stage is not Stage.WORKING:
        done = "?listo=1" if purchase.stage is Stage.INVOICED else ""
        return RedirectResponse(visit.to("f", purchase.token) + done, HTTPStatus.SEE_OTHER)
    now = datetime.now(UTC)
    promised = purchase.promised_at if purchase.promise else None
    slow = promised is not None and now - promised > PATIENCE
    return render(
        visit,
        "progress.html",
        brand=port.brand(purchase.issuer),
        purchase=purchase,
        slow=slow,
        when=spanish.at(promised.astimezone(purchase.sold_at.tzinfo), now) if promised else "",
        address=(purchase.typed and purchase.typed.email) or purchase.email_hint,
        refresh_s=20 if slow else 3,
        patience_s=int(PATIENCE.total_seconds()),
    )


def invoiced_page(port: PortalPort, visit: Visit, purchase: Purchase, problem: FieldProblem | None = None) -> Response:
    """Screen 3, or message 7 when the invoice belongs to somebody else."""
    return render(
        visit,
        "invoiced.html" if purchase.invoice else "foreign.html",
        brand=port.brand(purchase.issuer),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        purchase=purchase,
        problem=problem,
        fresh=visit.query.get("listo") == "1",
        sent=visit.query.get("enviado") == "1",
        email=visit.form.get("email", ""),
    )


def _explained(port: PortalPort, visit: Visit, purchase: Purchase) -> Response:
    topic = _ASKED_THROUGH_HELP.get(purchase.stage, HelpTopic.QUESTION)
    return render(visit, "explained.html", brand=port.brand(purchase.issuer), purchase=purchase, topic=topic)
