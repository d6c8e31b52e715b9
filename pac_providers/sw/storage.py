"""SW's storage: every stamp appears there some seconds or minutes after it was made."""

from typing import Any

from hub.plugin import ConfigError, Fetched, Http, InDoubtError, NotFetched, TransientError, read_timbre

from .codes import refuse_config
from .envelope import Envelope, mapping, read_envelope, text

_NOT_YET = NotFetched("SW's storage does not show this CFDI yet", again_later=True)


def fetch(http: Http, api: str, uuid: str) -> Fetched | NotFetched:
    """The stamped CFDI behind the link of its record; raises as a read."""
    envelope = ask(http, f"{api.rstrip('/')}/datawarehouse/v1/live/{uuid.lower()}")
    link = next((text(one, "urlXml") for one in _records(envelope) if text(one, "uuid").lower() == uuid.lower()), "")
    if not link:
        return _NOT_YET
    answer = http.read("GET", link)
    if answer.status == 404:
        return _NOT_YET
    if not answer.ok:
        raise TransientError(f"SW's storage answers HTTP {answer.status}")
    try:
        is_it = read_timbre(answer.content).uuid.lower() == uuid.lower()
    except InDoubtError:
        is_it = False
    if not is_it:
        raise TransientError("SW's storage shows something else than this CFDI")
    return Fetched(answer.content)


def ask(http: Http, url: str) -> Envelope:
    """Read an envelope; an error with HTTP 400 or 404 is one, too. Raises as a read."""
    answer = http.read("GET", url)
    if answer.status in {401, 403, 405}:
        raise ConfigError(f"SW refuses with HTTP {answer.status}", hint="check the token and what it may do")
    if answer.status not in {200, 400, 404}:
        raise TransientError(f"SW answers HTTP {answer.status}")
    try:
        envelope = read_envelope(answer)
    except InDoubtError as error:
        if answer.status == 200:
            raise TransientError(str(error)) from error
        raise ConfigError(f"SW answers HTTP {answer.status}", hint="check the address of this PAC") from error
    refuse_config(envelope.code)
    return envelope


def _records(envelope: Envelope) -> list[Any]:
    records = envelope.data.get("records")
    return [mapping(one) for one in records] if isinstance(records, list) else []
