"""A person may end a doubt in writing, but never against the PAC or SAT."""

from contextlib import closing
from datetime import timedelta

import pytest

from hub.flow.resolve import Resolution, resolve
from hub.flow.sat_status import reference_of
from hub.plugin import ConfigError, DataError, TransientError
from hub.store import CfdiXml, Condition, Event
from hub.testing.sat import FakeConsulta
from tests.support.world import METADATA, world

REASON = "the PAC's support wrote so on 21 November"


@pytest.fixture
def sat():
    return FakeConsulta()


@pytest.fixture
def hub(tmp_path, database_url, sat):
    with sat.serving() as url, world(tmp_path, database_url, sat__status_url=url) as made:
        made.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
        yield made


def doubt(hub, fault="fail"):
    """The PAC stamped (`lose_answer`) or did not (`fail`), and says no more."""
    hub.misbehave(fault)
    hub.poll()
    hub.misbehave("fail", times=None)
    hub.pass_time(minutes=1)
    assert hub.cfdi.state == "in_doubt"
    return hub.cfdi.key


def the_stamp(hub):
    with closing(hub.ledger()) as ledger:
        return next(iter(ledger.stamps())).xml


def said(stamped=None, reason=REASON):
    return Resolution.of(stamped, reason=reason, who="operator ana")


def test_the_stamped_xml_ends_the_doubt_if_sat_knows_it(hub, sat):
    key, xml = doubt(hub, "lose_answer"), the_stamp(hub)
    sat.know(reference_of(xml))
    resolve(hub.flow, key, said(xml))
    hub.work()
    assert (hub.cfdi.state, hub.cfdi.uuid, hub.ticket.state) == ("stamped", hub.stamps()[0], "invoiced")
    assert hub.only(CfdiXml).stamped == xml
    assert not [c for c in hub.all(Condition) if c.subject.startswith("cfdi ")]
    (told,) = [event for event in hub.all(Event) if REASON in event.why]
    assert (told.who, told.entity) == ("operator ana", "cfdi")


def test_a_stamp_that_sat_cannot_know_yet_is_believed_and_one_that_it_should_know_is_not(hub):
    key, xml = doubt(hub, "lose_answer"), the_stamp(hub)
    hub.clock.ahead += timedelta(hours=80)
    with pytest.raises(ConfigError, match="SAT does not know this CFDI"):
        resolve(hub.flow, key, said(xml))
    hub.clock.ahead -= timedelta(hours=79)
    assert hub.cfdi.state == "in_doubt"
    resolve(hub.flow, key, said(xml))
    assert hub.cfdi.state == "stamped"


def test_what_sat_says_is_cancelled_is_not_taken_for_a_stamp_in_force(hub, sat):
    key, xml = doubt(hub, "lose_answer"), the_stamp(hub)
    sat.know(reference_of(xml), estado="Cancelado", estatus_cancelacion="Cancelado sin aceptación")
    with pytest.raises(ConfigError, match="cancelled"):
        resolve(hub.flow, key, said(xml))
    assert hub.cfdi.state == "in_doubt"


def test_while_sat_does_not_answer_nothing_is_resolved_and_the_hub_goes_on_asking(hub, sat):
    key, xml = doubt(hub, "lose_answer"), the_stamp(hub)
    sat.down = 503
    with pytest.raises(TransientError):
        resolve(hub.flow, key, said(xml))
    assert hub.cfdi.state == "in_doubt"
    hub.behave()
    hub.pass_time(seconds=1)
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])


def test_a_person_who_waits_too_long_for_sat_hears_that_a_worker_went_on(hub, sat):
    key, xml = doubt(hub, "lose_answer"), the_stamp(hub)
    sat.know(reference_of(xml))
    answer = sat.answer

    def late(headers, body):
        hub.behave()
        hub.pass_time(minutes=20)
        return answer(headers, body)

    sat.answer = late
    with pytest.raises(TransientError, match=f"a worker went on with {key} meanwhile"):
        resolve(hub.flow, key, said(xml))
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])
    assert not [event for event in hub.all(Event) if REASON in event.why]


def test_never_stamped_lets_the_document_go_on(hub):
    key = doubt(hub)
    resolve(hub.flow, key, said())
    assert (hub.cfdi.state, hub.cfdi.in_doubt_since) == ("sealed", None)
    hub.behave()
    hub.pass_time(minutes=1)
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])
    assert any(REASON in event.why and event.who == "operator ana" for event in hub.all(Event))


def test_a_pac_that_has_the_stamp_is_believed_and_the_person_is_not(hub):
    key = doubt(hub, "lose_answer")
    hub.behave()
    with pytest.raises(ConfigError, match="has its stamp, which was taken"):
        resolve(hub.flow, key, said())
    assert (hub.cfdi.state, hub.stamps()) == ("stamped", [hub.cfdi.uuid])


def test_a_pac_that_proves_it_never_stamped_is_believed_and_the_file_is_not(hub):
    key = doubt(hub)
    sealed = hub.only(CfdiXml).sealed
    hub.behave()
    forged = sealed.replace(b"</cfdi:Comprobante>", TIMBRE + b"</cfdi:Comprobante>")
    with pytest.raises(ConfigError, match="says that it never stamped these bytes"):
        resolve(hub.flow, key, said(forged))
    assert hub.cfdi.state == "in_doubt"


TIMBRE = (
    b'<cfdi:Complemento><tfd:TimbreFiscalDigital xmlns:tfd="http://www.sat.gob.mx/TimbreFiscalDigital" Version="1.1"'
    b' UUID="5B1F0C2E-7A4D-4E39-9C61-2F0A9D8E1B47" FechaTimbrado="2026-11-20T12:00:00" RfcProvCertif="SPR190613I52"'
    b' SelloCFD="another" NoCertificadoSAT="30001000000500003456" SelloSAT="x"/></cfdi:Complemento>'
)


def test_a_file_of_another_document_is_refused(hub):
    key = doubt(hub)
    sealed = hub.only(CfdiXml).sealed
    other = sealed.replace(b"</cfdi:Comprobante>", TIMBRE + b"</cfdi:Comprobante>")
    with pytest.raises(DataError, match=f"the file is not {key}"):
        resolve(hub.flow, key, said(other))
    assert (hub.cfdi.state, hub.only(CfdiXml).stamped) == ("in_doubt", None)


@pytest.mark.parametrize("reason", ["", "   ", "because"])
def test_without_a_reason_in_words_nothing_is_resolved(reason):
    with pytest.raises(ConfigError, match="a reason in words"):
        said(reason=reason)


@pytest.mark.parametrize(("xml", "why"), [(b"", "no CFDI"), (b"<a/>", "no CFDI"), (b"\x00\xff", "no CFDI")])
def test_a_file_that_is_no_stamped_cfdi_is_refused(xml, why):
    with pytest.raises(DataError, match=why):
        said(xml)


def test_only_what_is_in_doubt_can_be_resolved(hub):
    hub.poll()
    with pytest.raises(ConfigError, match="is stamped, not in doubt"):
        resolve(hub.flow, hub.cfdi.key, said())
    with pytest.raises(ConfigError, match="there is no CFDI A-99"):
        resolve(hub.flow, "A-99", said())
