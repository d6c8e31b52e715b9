"""The sandbox lists what it stamped for an issuer, as a restored hub asks for it."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.plugin import Operation, TransientError
from pac_providers.sandbox import service
from pac_providers.sandbox.tests.documents import EMISOR, invoice

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def every(pac, rfc=EMISOR, since=YESTERDAY):
    found, after = [], ""
    while True:
        page = pac.provider.issued(pac.http, rfc, since, after)
        found += [one.xml for one in page.cfdis]
        after = page.next
        if not after:
            return found


@pytest.mark.parametrize("size", [1, 2, 100])
def test_every_stamp_is_listed_once_with_its_bytes(any_pac, monkeypatch, size):
    monkeypatch.setattr(service, "PAGE", size)
    stamped = [any_pac.stamp(invoice(str(folio)).sealed()).xml for folio in range(1, 4)]
    assert every(any_pac) == stamped
    assert Operation.ISSUED in any_pac.provider.offers()


def test_what_is_older_or_of_another_issuer_is_not_listed(any_pac):
    any_pac.stamp(invoice().sealed())
    assert every(any_pac, since=datetime.now(UTC) + timedelta(hours=1)) == []
    assert every(any_pac, rfc="IIA040805DZ4") == []


def test_a_list_may_be_behind(any_pac, behaviours):
    sealed = invoice().sealed()
    stamped = any_pac.stamp(sealed)
    behaviours.set("search_lag", times=2)
    assert every(any_pac) == []
    assert any_pac.recover(sealed).proven
    assert every(any_pac) == [stamped.xml]


def test_a_fault_is_no_empty_list(any_pac, behaviours):
    behaviours.set("fail", times=None)
    with pytest.raises(TransientError):
        every(any_pac)
