"""pyairtable over the hub's Http: what Airtable's errors mean, and what a listing was told when."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from hub.plugin import Answer, ConfigError, Http, InDoubtError, TransientError

from .config import AirtableConfig

if TYPE_CHECKING:
    from pyairtable import Api

PENALTY_S = 30.0
"""How long Airtable refuses everything after more than five requests in a second."""
_ACCESS = (
    "give the token access to this base and the scopes data.records:read and schema.bases:read (to write back also "
    "data.records:write, for webhooks webhook:manage), and look at `base` and `table`"
)
_EXPIRED = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE"
_CODE = re.compile(r"[A-Z][A-Z_]{2,60}")


class Airtable:
    """One base, and the time of Airtable's own clock at the first answer."""

    def __init__(self, http: Http, config: AirtableConfig) -> None:
        self.config = config
        self.began: datetime | None = None
        self.sdk = self._sdk(http)
        self.base = self.sdk.base(config.base)
        self.table = self.sdk.table(config.base, config.table)

    def _sdk(self, http: Http) -> "Api":
        try:
            from pyairtable import Api

            from hub.plugin import over_requests
        except ImportError as error:
            raise ConfigError(
                "reading Airtable needs pyairtable", hint="pip install 'autofactura-hub[airtable]'"
            ) from error
        # The token is added by Client.auth: the SDK never sees it.
        api = Api("", endpoint_url=self.config.api_url, retry_strategy=None)
        api.session = over_requests.session_over(http, self._judge)
        return api

    def _judge(self, answer: Answer, where: str) -> None:
        if not answer.ok:
            raise meaning_of(answer, where)
        if self.began is None:
            self.began = _date(answer.headers.get("date", ""))


def meaning_of(answer: Answer, where: str) -> ConfigError | TransientError:
    """What an error of Airtable's asks for."""
    code = _code(answer)
    said = f"Airtable, {where}: HTTP {answer.status}{' ' + code if code else ''}"
    if answer.status == 429 and "BILLING" in code:
        return ConfigError(said, hint="the workspace has used up its calls of this month; wait, or choose another plan")
    if answer.status == 429:
        return TransientError(said, retry_after_s=_retry_after(answer) or PENALTY_S)
    if code == _EXPIRED:
        return TransientError(f"{said}: the listing took too long and begins again", retry_after_s=1.0)
    if answer.status in {408, 425} or answer.status >= 500:
        return TransientError(said, retry_after_s=_retry_after(answer))
    if answer.status == 401:
        return ConfigError(said, hint="put a valid personal access token into `token`; it begins with pat")
    if answer.status in {403, 404}:
        return ConfigError(
            said,
            hint=_ACCESS,
        )
    return ConfigError(said, hint="Airtable does not accept this request; look at `filter`, `view` and the columns")


def _code(answer: Answer) -> str:
    # Codes only: Airtable's sentences may quote what is in the cells.
    try:
        body = answer.json()
    except InDoubtError:
        return ""
    return next((code for code in _codes(body) if _CODE.fullmatch(code)), "")


def _codes(body: Any) -> list[str]:
    found = body.get("error", body.get("errors")) if isinstance(body, dict) else None
    several = found if isinstance(found, list) else [found]
    inner = [one.get("type", one.get("error")) if isinstance(one, dict) else one for one in several]
    return [one for one in inner if isinstance(one, str)]


def _retry_after(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _date(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except ValueError:
        return None
