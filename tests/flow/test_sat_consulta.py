"""SAT is asked over its own wire; what it does not answer is never taken for an answer."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hub.flow.sat_status import reference_of, status_of
from hub.plugin import CfdiReference, ConfigError, DataError, TransientError
from hub.sat.consulta import EsCancelable, Estado, Respuesta
from hub.store import CfdiXml
from hub.testing.sat import FakeConsulta
from tests.support.world import METADATA, world


@pytest.fixture
def sat():
    return FakeConsulta()


@pytest.fixture
def hub(tmp_path, sat):
    with sat.serving() as url, world(tmp_path, f"sqlite:///{tmp_path}/hub.db", sat__status_url=url) as made:
        yield made


AMPERSAND = CfdiReference(
    "5B1F0C2E-7A4D-4E39-9C61-2F0A9D8E1B47", "A&B010101AAA", "ÑAM010101AAA", Decimal("1160.00"), "xxxx3ivzIA=="
)


def test_what_sat_knows_is_told_also_of_an_rfc_with_an_ampersand(hub, sat):
    sat.know(AMPERSAND, es_cancelable="Cancelable con aceptación", validacion_efos="100")
    assert hub.flow.instances.sat.ask(AMPERSAND) == Respuesta(
        Estado.VIGENTE, EsCancelable.CON_ACEPTACION, None, emisor_in_efos=True
    )
    assert sat.asked[-1]["re"] == "A&B010101AAA"


@pytest.mark.parametrize("change", [{"total": Decimal(1160)}, {"rfc_receptor": "XAXX010101000"}, {"sello": "yyyyyyyy"}])
def test_another_value_than_that_of_the_xml_is_not_found(hub, sat, change):
    sat.know(AMPERSAND)
    assert hub.flow.instances.sat.ask(replace(AMPERSAND, **change)).estado is Estado.NO_ENCONTRADO


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, TransientError), (503, TransientError), (429, TransientError), (404, ConfigError), (403, ConfigError)],
)
def test_a_service_that_fails_says_nothing_of_the_cfdi(hub, sat, status, error):
    sat.know(AMPERSAND)
    sat.down = status
    with pytest.raises(error):
        hub.flow.instances.sat.ask(AMPERSAND)


def test_an_answer_that_cannot_be_read_is_no_answer(hub, sat):
    sat.down = 200
    with pytest.raises(TransientError, match="cannot be understood"):
        hub.flow.instances.sat.ask(AMPERSAND)


def test_a_word_that_nobody_documents_is_no_answer(hub, sat):
    sat.know(AMPERSAND, estado="Suspendido")
    with pytest.raises(TransientError, match="Suspendido"):
        hub.flow.instances.sat.ask(AMPERSAND)


def test_a_question_that_sat_cannot_read_is_our_datum(hub):
    with pytest.raises(DataError, match="601"):
        hub.flow.instances.sat.ask(replace(AMPERSAND, uuid="A-1"))


def sold(hub):
    hub.stripe.pay(116000, metadata=METADATA)
    hub.poll()
    return hub.only(CfdiXml).stamped


def test_a_stamped_cfdi_of_ours_is_found_by_what_its_xml_says(hub, sat):
    stamped = sold(hub)
    sat.know(reference_of(stamped))
    assert status_of(hub.flow, hub.cfdi, stamped).estado is Estado.VIGENTE


def test_in_a_test_without_the_service_the_pac_hands_on_what_it_knows(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as hub:
        stamped = sold(hub)
        assert status_of(hub.flow, hub.cfdi, stamped) == Respuesta(Estado.VIGENTE, EsCancelable.SIN_ACEPTACION)
