"""What Finkok stamped for an issuer: all of it, page by page, or an error."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.plugin import ConfigError, TransientError
from pac_providers.finkok import listed
from pac_providers.finkok.tests.documents import invoice

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def every(pac, since=YESTERDAY):
    found, after = [], ""
    while True:
        page = pac.issued("EKU9003173C9", since, after)
        found += [one.xml for one in page.cfdis]
        after = page.next
        if not after:
            return found


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_every_stamp_is_listed_once_with_its_bytes(pac, finkok, monkeypatch, size):
    monkeypatch.setattr(listed, "PAGE", size)
    stamped = [pac.stamp(invoice(str(folio))).xml for folio in range(3)]
    assert sorted(every(pac)) == sorted(stamped)
    assert finkok.writes == finkok.requests[:3]


def test_what_is_older_or_of_another_issuer_is_not_listed(pac, finkok):
    finkok.issuers["IIA040805DZ4"] = None
    pac.stamp(invoice(rfc="IIA040805DZ4"))
    pac.stamp(invoice())
    assert len(every(pac)) == 1
    assert every(pac, datetime.now(UTC) + timedelta(hours=1)) == []


def test_a_stamp_that_is_listed_and_not_shown_is_no_answer(pac, finkok):
    pac.stamp(invoice())
    finkok.hides = 1
    with pytest.raises(TransientError, match="does not show it"):
        every(pac)
    assert len(every(pac)) == 1


def test_an_answer_without_a_list_is_not_an_empty_list(pac, finkok, monkeypatch):
    assert every(pac) == []
    monkeypatch.setattr(finkok, "_report_uuid", lambda _: {"error": "Internal error"})
    with pytest.raises(TransientError, match="Internal error"):
        every(pac)
    monkeypatch.setattr(finkok, "_report_uuid", lambda _: {"invoices": {"ReportUUID": {"date": "2026-11-01T00:00:00"}}})
    with pytest.raises(TransientError, match="without its UUID"):
        every(pac)


def test_a_wrong_password_is_told(connect):
    with pytest.raises(ConfigError):
        every(connect(password="wrong"))
