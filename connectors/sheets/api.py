"""gspread over the hub's Http: one spreadsheet, and what Google's errors mean."""

from typing import TYPE_CHECKING, Any

from hub.plugin import Answer, ConfigError, Http, InDoubtError, TransientError

from .config import SheetsConfig

if TYPE_CHECKING:
    from gspread.http_client import HTTPClient

GOOGLE = "https://sheets.googleapis.com"
A_MINUTE_S = 60.0
"""Google's quotas are by the minute, and it promises no Retry-After."""
_STATUSES = frozenset(
    {
        "FAILED_PRECONDITION",
        "INVALID_ARGUMENT",
        "INTERNAL",
        "NOT_FOUND",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "UNAUTHENTICATED",
        "UNAVAILABLE",
    }
)
_DISABLED = "SERVICE_DISABLED"


class Spreadsheet:
    """The requests that the hub makes of one spreadsheet."""

    def __init__(self, http: Http, config: SheetsConfig) -> None:
        self.config = config
        self._sdk = self._client(http)

    def _client(self, http: Http) -> "HTTPClient":
        try:
            from gspread.http_client import HTTPClient

            from hub.plugin import over_requests
        except ImportError as error:
            raise ConfigError(
                "reading Google Sheets needs gspread", hint="pip install 'autofactura-hub[sheets]'"
            ) from error
        # Tokens are Client.auth's: the SDK never sees the key.
        session = over_requests.session_over(http, self._judge, self._address)
        return HTTPClient(None, session=session)  # type: ignore[arg-type]

    def _address(self, url: str) -> str:
        return self.config.api_url.rstrip("/") + url.removeprefix(GOOGLE) if url.startswith(GOOGLE) else url

    def about(self) -> dict[str, Any]:
        """Its time zone and its sheets."""
        wanted = "properties(title,timeZone,locale),sheets(properties(title,sheetType,gridProperties))"
        return dict(self._sdk.fetch_sheet_metadata(self.config.spreadsheet, {"fields": wanted}))

    def values(self, area: str) -> list[list[Any]]:
        """The values of an area as they are and not as they look: numbers as numbers, dates as day numbers."""
        options = {
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
            "majorDimension": "ROWS",
        }
        told = self._sdk.values_batch_get(self.config.spreadsheet, [area], dict(options))
        found: list[list[Any]] = told["valueRanges"][0].get("values", [])
        return found

    def write(self, cells: dict[str, str]) -> None:
        """Set cells by their address, as text that nothing is calculated from."""
        data = [{"range": area, "values": [[text]]} for area, text in cells.items()]
        self._sdk.values_batch_update(self.config.spreadsheet, {"valueInputOption": "RAW", "data": data})

    def _judge(self, answer: Answer, where: str) -> None:
        if answer.ok:
            return
        status, reason = _said(answer)
        said = f"Google Sheets, {where}: HTTP {answer.status}{' ' + status if status else ''}"
        if answer.status == 429:
            raise TransientError(said, retry_after_s=_retry_after(answer) or A_MINUTE_S)
        if answer.status in {408, 425} or answer.status >= 500:
            raise TransientError(said, retry_after_s=_retry_after(answer))
        raise ConfigError(said, hint=_hint(answer.status, reason))


def _hint(status: int, reason: str) -> str:
    if reason == _DISABLED:
        return "switch the Google Sheets API on in the Google Cloud project of the service account"
    if status == 401:
        return "Google does not take the token: make a new JSON key for the service account"
    if status == 403:
        return "share the spreadsheet with the service account's client_email: Viewer to read, Editor to write back"
    if status == 404:
        return "there is no such spreadsheet: copy the part of its address between /d/ and /edit"
    return "Google does not accept this request; look at spreadsheet, sheet and header_row"


def _said(answer: Answer) -> tuple[str, str]:
    # Codes only: Google's sentences quote ranges and accounts.
    try:
        error = answer.json()["error"]
        status = error.get("status", "")
        reasons = [detail.get("reason", "") for detail in error.get("details", ())]
    except (InDoubtError, KeyError, TypeError, AttributeError):
        return "", ""
    return status if status in _STATUSES else "", _DISABLED if _DISABLED in reasons else ""


def _retry_after(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None
