"""The Google Sheets source: one sheet read whole, and outcomes written back into it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from hub.plugin import (
    Client,
    Http,
    Ignored,
    Movement,
    Outcome,
    Page,
    RawRequest,
    Record,
    SignatureError,
    WebhookSource,
    WritesBack,
    rows,
)

from . import pushes, writing
from .api import Spreadsheet
from .auth import GoogleAuth
from .config import SheetsConfig
from .key import key_of
from .sheet import records_of, sheet_of

HINT = "correct the cell in the sheet; the row is read again"
RECORDS_PER_PAGE = 500
_NO_SIGNATURE = (
    "Drive signs nothing: the token in the headers is the proof, and what comes with it only makes the hub read the "
    "sheet as it is now. A notification that has a body is refused."
)


class SheetsSource(WritesBack, WebhookSource[SheetsConfig]):
    """Sales and refunds from the rows of one sheet."""

    name = "sheets"
    kept_headers = frozenset({pushes.STATE})
    waivers: ClassVar[Mapping[str, str]] = {
        "a_tampered_body_is_refused": _NO_SIGNATURE,
        "an_old_delivery_is_refused": _NO_SIGNATURE,
        "rubbish_is_set_aside": _NO_SIGNATURE,
        "since_leaves_out_what_is_older": "A spreadsheet does not say when a row changed, so all of them are read; "
        "begin with a sheet that has no row from before the hub's time.",
    }

    def client(self) -> Client:
        """Tokens of the service account: to read only, unless something is written."""
        return Client(base_url=self.config.api_url, auth=GoogleAuth(key_of(self.config.service_account)))

    def check(self, http: Http) -> str:
        """Read the sheet and fit its header."""
        spreadsheet = Spreadsheet(http, self.config)
        sheet = sheet_of(spreadsheet)
        records = records_of(spreadsheet, sheet)
        return f"sheet {sheet.title}: {len(records)} sales in {max(0, len(sheet.cells) - 1)} rows, in {sheet.timezone}"

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:  # noqa: ARG002 (no row says when it changed)
        """Every sale of the sheet; the hub finds what is new by its content."""
        records = self._records(http)
        for start in range(0, len(records), RECORDS_PER_PAGE):
            yield Page(records[start : start + RECORDS_PER_PAGE])

    def verify(self, request: RawRequest) -> None:
        """Compare `X-Goog-Channel-Token`."""
        if not self.config.tokens:
            raise SignatureError("no channel_token is configured", hint="set channel_token to the channel's token")
        pushes.verify(request, self.config.tokens)

    def delivery_key(self, request: RawRequest) -> str:
        """The channel and the number of its message."""
        return pushes.key_of(request)

    def changed(self, request: RawRequest) -> Iterable[str | Record] | Ignored:
        """The whole sheet: Drive does not say which row."""
        return pushes.changed(request)

    def read(self, http: Http, identifier: str) -> Iterable[Record]:
        """Every sale of the sheet."""
        return self._records(http) if identifier == pushes.WHOLE_SHEET else []

    def to_sale(self, record: Record) -> Movement:
        """The rows of one id -> sale or refund."""
        return rows.to_sale(record, self.config, HINT)

    def check_write_back(self, http: Http) -> str:
        """Look for the columns and the permission."""
        return writing.check(Spreadsheet(http, self.config))

    def write_back(self, http: Http, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
        """Write into the columns of the sales' rows."""
        return writing.write(Spreadsheet(http, self.config), outcomes)

    def id_of(self, record: Record) -> str:
        """The id, where the row has one."""
        return str(record.get("id", ""))

    def _records(self, http: Http) -> list[Record]:
        spreadsheet = Spreadsheet(http, self.config)
        return records_of(spreadsheet, sheet_of(spreadsheet))
