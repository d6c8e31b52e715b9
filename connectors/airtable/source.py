"""The Airtable source: rows that changed, pings as hints, and outcomes written back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from hub.plugin import (
    Bearer,
    Client,
    ConfigError,
    Http,
    Ignored,
    Movement,
    Outcome,
    Page,
    RawRequest,
    Record,
    Sale,
    SignatureError,
    WebhookSource,
    WritesBack,
    rows,
)

from . import pings, reading, writing
from .api import Airtable
from .config import AirtableConfig
from .layout import layout_of

HINT = "correct the cell in Airtable; the row is read again"


class AirtableSource(WritesBack, WebhookSource[AirtableConfig]):
    """Sales and refunds from the rows of one table."""

    name = "airtable"
    batch = 30  # with the layout and the rows not much more than a second's requests
    waivers: ClassVar[Mapping[str, str]] = {
        "an_old_delivery_is_refused": "Airtable signs no time of sending. A ping carries no data, so an old one that "
        "is sent again only makes the hub read the rows as they are now."
    }

    def client(self) -> Client:
        """Slower than Airtable's limit: it answers haste with a pause of 30 s."""
        return Client(base_url=self.config.api_url, auth=Bearer(self.config.token), per_second=self.config.per_second)

    def check(self, http: Http) -> str:
        """Read the layout and one row, and look whether the webhook still lives."""
        airtable = Airtable(http, self.config)
        layout = layout_of(airtable)
        airtable.table.first(formula=self.config.filter, fields=layout.header)
        if self.config.secrets and not any(one.is_hook_enabled for one in airtable.base.webhooks()):
            raise ConfigError(
                f"base {self.config.base} has no webhook any more; Airtable ends them after seven days without use",
                hint="create it again and put its macSecretBase64 into mac_secret, or take mac_secret away",
            )
        key = f"column {layout.id_column!r} names the sale" if layout.id_column else "each row is a sale"
        told = f"{layout.modified!r} tells of changes" if layout.modified else "no Last modified time column"
        return f"table {layout.table_name}: {key}, {told}, {len(layout.places)} columns are read"

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:
        """Sales of which a row changed since then."""
        airtable = Airtable(http, self.config)
        yield from reading.pages(airtable, layout_of(airtable), since)

    def verify(self, request: RawRequest) -> None:
        """Check `X-Airtable-Content-MAC` with any of the configured secrets."""
        if not self.config.secrets:
            raise SignatureError("no mac_secret is configured", hint="set mac_secret to the webhook's macSecretBase64")
        pings.verify(request, self.config.secrets)

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The webhook and the moment: a ping says nothing else."""
        return pings.changed(request, self.config.base)

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """The sales whose rows changed about then."""
        airtable = Airtable(http, self.config)
        layout = layout_of(airtable)
        return reading.of_changed(airtable, layout, pings.rows_changed(airtable, layout.table_id, identifier))

    def to_sale(self, record: Record) -> Movement:
        """The rows of one id -> sale or refund."""
        movement = rows.to_sale(record, self.config, HINT)
        if not isinstance(movement, Sale):
            return movement
        updated_at = record.get("updated_at")
        return movement.model_copy(
            update={
                "aliases": _aliases(movement.id, record),
                "updated_at": datetime.fromisoformat(updated_at) if updated_at else None,
            }
        )

    def check_write_back(self, http: Http) -> str:
        """Look for the columns and the permission."""
        airtable = Airtable(http, self.config)
        return writing.check(airtable, layout_of(airtable))

    def write_back(self, http: Http, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
        """Write into the columns of the sales' rows."""
        airtable = Airtable(http, self.config)
        return writing.write(airtable, layout_of(airtable), outcomes)

    def id_of(self, record: Record) -> str:
        """The id, where the row has one."""
        return str(record.get("id", ""))


def _aliases(identifier: str, record: Record) -> tuple[str, ...]:
    # A row that is a whole sale is the same money under another folio, too. One of several rows may move to
    # another sale, so there the folio alone decides.
    keys = [row["key"] for row in record["rows"]]
    return tuple(keys) if len(keys) == 1 and keys[0] != identifier else ()
