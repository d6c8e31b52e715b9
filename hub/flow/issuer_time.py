"""Calendar days where the issuer is: months, deadlines and starts are local."""

from datetime import date, datetime, time

from hub.config import IssuerSettings
from hub.sat.zone import zone_of

from .context import Flow


def local(issuer: IssuerSettings, moment: datetime) -> datetime:
    """A moment on the issuer's own clock."""
    return moment.astimezone(zone_of(issuer.codigo_postal))


def deadline_of(issuer: IssuerSettings, sold_at: datetime) -> date:
    """The last day on which the buyer can invoice alone: the shop's custom, never "por ley"."""
    return issuer.invoicing.deadline.last_day(local(issuer, sold_at).date())


def start_of(flow: Flow, source: str) -> datetime:
    """The moment before which nothing of this source is invoiced."""
    settings = flow.settings.sources[source]
    if isinstance(settings.start, datetime):
        return settings.start
    return day_begins(flow.issuer(settings.issuer), settings.start)


def day_begins(issuer: IssuerSettings, day: date) -> datetime:
    """Midnight at the issuer's place."""
    return datetime.combine(day, time.min, zone_of(issuer.codigo_postal))
