"""A PAC that seals writes the CFDI itself: it is believed only if all that identifies the sale is ours."""

import re

import pytest

from hub.plugin import Capabilities, NeverStamped, PacConfig, PacProvider, Stamped, hookimpl
from hub.testing.fake_sat import FakeSat
from tests.support.plugins import registry_with
from tests.support.world import METADATA, world


class Sealer(PacProvider[PacConfig]):
    """Seals what it got and changes what the test says; `again` is how many stamps it made."""

    name = "sealer"
    capabilities = Capabilities(seals=True)
    change = (rb"$^", b"")
    timbre_of_another = False
    again = 0

    def check(self, http):
        return "here"

    def stamp(self, http, request):
        type(self).again += 1
        own = re.sub(rb'Sello="[^"]+"', b'Sello="c2VsbG8gZGVsIFBBQw=="', request.xml)
        stamp = FakeSat("PAC010101AB1").stamp(re.sub(*self.change, own))
        xml = stamp.xml.replace(b'SelloCFD="c', b'SelloCFD="d') if self.timbre_of_another else stamp.xml
        return Stamped(stamp.uuid, xml)

    def recover(self, http, request):
        return NeverStamped(proven=False)

    def cancel(self, http, request):
        raise NotImplementedError

    def status(self, http, cfdi):
        raise NotImplementedError


@hookimpl
def hub_pac_providers():
    return [Sealer]


@pytest.fixture
def hub(tmp_path, database_url, monkeypatch):
    monkeypatch.setattr(Sealer, "again", 0)
    registry = registry_with("a_sealer", hub_pac_providers=hub_pac_providers)
    with world(tmp_path, database_url, registry=registry, pacs__pruebas={"use": "sealer"}) as made:
        yield made


def sell(hub):
    hub.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
    hub.poll()


def test_its_own_seal_is_believed(hub):
    sell(hub)
    assert (hub.cfdi.state, hub.ticket.state, Sealer.again) == ("stamped", "invoiced", 1)


def test_a_total_written_with_other_decimals_is_the_same_total(hub, monkeypatch):
    monkeypatch.setattr(Sealer, "change", (rb' Total="1160.00"', b' Total="1160.0"'))
    sell(hub)
    assert hub.cfdi.state == "stamped"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((rb'(<cfdi:Emisor Rfc=")[^"]+', rb"\1URE180429TM6"), "RFC of the issuer is URE180429TM6"),
        ((rb'(<cfdi:Receptor Rfc=")[^"]+', rb"\1URE180429TM6"), "RFC of the receiver is URE180429TM6"),
        ((rb'TipoDeComprobante="I"', b'TipoDeComprobante="E"'), "TipoDeComprobante is E, not I"),
        ((rb' Serie="[^"]*"', b' Serie="ZZ"'), "Serie is ZZ"),
        ((rb' Folio="[^"]*"', b' Folio="999"'), "Folio is 999, not 1"),
        ((rb' Moneda="MXN"', b' Moneda="USD"'), "Moneda is USD, not MXN"),
        ((rb' Total="1160.00"', b' Total="1160.01"'), "Total is 1160.01, not 1160.00"),
        ((rb' Fecha="[^"]*"', b""), "cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_our_sale_is_a_doubt_that_says_why(hub, monkeypatch, change, said):
    monkeypatch.setattr(Sealer, "change", change)
    sell(hub)
    assert said in hub.cfdi.reason
    hub.pass_time(hours=3)
    assert (hub.cfdi.state, hub.ticket.state, Sealer.again) == ("in_doubt", "claimed", 1)


def test_a_timbre_of_another_seal_is_a_doubt(hub, monkeypatch):
    monkeypatch.setattr(Sealer, "timbre_of_another", True)
    sell(hub)
    assert hub.cfdi.state == "in_doubt"
    assert "another seal" in hub.cfdi.reason
