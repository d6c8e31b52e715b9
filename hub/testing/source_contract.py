"""What a source promises whose sales come from a remote side: a refusal or a fault is never an empty shop."""

from datetime import timedelta
from functools import partial

import httpx

from hub.plugin import ConfigError, TransientError

from .expect import outcome, raised
from .judgement import BEGINNING, at_once_and_later, changed_at
from .remote_contract import RemoteContract
from .sales_contract import SalesContract
from .wire import MAINTENANCE, Wire, always, failing

LONG_AFTER = timedelta(days=400)
"""More than any source reads again to be sure."""
TROUBLE: tuple[tuple[str, Wire], ...] = (
    ("HTTP 429", always(429)),
    ("HTTP 500", always(500)),
    ("HTTP 503", always(503)),
    ("a timeout", failing(httpx.ReadTimeout)),
    ("a refused connection", failing(httpx.ConnectError)),
    ("a connection cut short", failing(httpx.RemoteProtocolError)),
)


class SourceContract(SalesContract, RemoteContract):
    """The contract of a source. Besides `plugin`, `config` and `answer` write `movements` and `broken`."""

    def test_forbidden_is_an_error_not_an_empty_shop(self) -> None:
        advice = "Never answer an empty page for a refusal: the sales would be missing without a word"
        for status in (401, 403):
            for when, wire in at_once_and_later(self.remote, always(status), self.least_pages):
                raised(ConfigError, partial(self.read, wire=wire), f"HTTP {status} {when}", advice)

    def test_a_maintenance_page_is_not_an_empty_shop(self) -> None:
        for when, wire in at_once_and_later(self.remote, always(200, MAINTENANCE), self.least_pages):
            answer = outcome(partial(self.read, wire=wire))
            assert isinstance(answer, Exception), (
                f"HTTP 200 with an HTML page {when} was read as {answer!r}; an answer that is not data is an error"
            )

    def test_trouble_is_transient(self) -> None:
        advice = "Let the errors of Http pass; the hub tries again"
        for what, trouble in TROUBLE:
            for when, wire in at_once_and_later(self.remote, trouble, self.least_pages):
                raised(TransientError, partial(self.read, wire=wire), f"{what} {when}", advice)

    def test_retry_after_is_honoured(self) -> None:
        for status in (429, 503):
            for when, wire in at_once_and_later(self.remote, always(status, retry_after="17"), self.least_pages):
                what = f"HTTP {status} {when}"
                error = raised(TransientError, partial(self.read, wire=wire), what, "Let the errors of Http pass")
                assert error.retry_after_s == 17, (
                    f"{what}: retry_after_s is {error.retry_after_s}, the remote side asked for 17 s; pass it on"
                )

    def test_a_read_that_broke_begins_anew(self) -> None:
        source = self.make()
        for _, wire in at_once_and_later(self.remote, always(503), self.least_pages):
            outcome(lambda wire=wire: list(source.pages(self.http(wire), BEGINNING)))  # type: ignore[misc]
        records = [record for page in source.pages(self.http(), BEGINNING) for record in page.records]
        lost = sorted(set(self.movements) - {movement.id for movement in self.movements_of(records)})
        assert not lost, (
            f"after a read that broke, the next one lacks {lost}; keep no cursor on the object: `since` says where "
            "to begin, and the hub keeps it"
        )

    def test_since_leaves_out_what_is_older(self) -> None:
        latest = max((changed_at(movement) for movement in self.read()), default=BEGINNING)
        older = sorted({movement.id for movement in self.read(since=latest + LONG_AFTER)})
        assert not older, (
            f"reading since {LONG_AFTER.days} days after the last change gave {older}; hand `since` on to the remote "
            "side, for an operator's `start` is a `since`, too: what is older was invoiced elsewhere"
        )
