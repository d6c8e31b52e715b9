"""Templates to pages: one Jinja environment, everything escaped, nothing undefined."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from hub.flow import spanish
from hub.flow.portal_messages import message
from hub.flow.portal_port import PortalBrand
from hub.web.portal import catalog, wording
from hub.web.portal.assets import ASSETS, version_of
from hub.web.portal.visit import Visit


def render(
    visit: Visit, template: str, *, brand: PortalBrand | None, status: int = 200, **values: object
) -> HTMLResponse:
    page = _environment().get_template(template)
    html = page.render(visit=visit, to=visit.to, brand=brand, brand_version=brand and version_of(brand), **values)
    return HTMLResponse(html, status)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hub.web.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "amount": spanish.amount,
        "day": spanish.day,
        "moment": spanish.moment,
        "month": spanish.month,
        "quantity": spanish.quantity,
        "masked_rfc": spanish.masked_rfc,
        "regimen": catalog.regimen_label,
        "uso": catalog.uso_label,
    }
    environment.globals |= {"assets": ASSETS, "message": message, "words": wording}
    return environment
