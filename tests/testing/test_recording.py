"""A recording keeps what a plugin needs of a live service, and nothing that is a secret or somebody's."""

import gzip
import json
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.plugin import Client, DataError, Http
from hub.testing import Exchange, Recorder, Recording
from hub.testing.anonymous import Anonymous
from tests.testing import acme

NOW = datetime(2026, 3, 5, tzinfo=UTC)
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
SECRETS = [acme.SECRET, acme.WEBHOOK_SECRET]
SOURCE = acme.AcmeSource(acme.AcmeConfig(shop="demo", api_key=acme.SECRET, webhook_secret=acme.WEBHOOK_SECRET))
OTHER = acme.AcmeSource(acme.AcmeConfig(shop="other", api_key="another-5ecret", webhook_secret="whsec-other"))


def over(transport):
    return Http(httpx.Client(base_url="https://demo.acme.example", auth=SOURCE.client().auth, transport=transport))


def recorded(*, shop=acme.acme_shop):
    recorder = Recorder(httpx.MockTransport(shop))
    http = over(recorder)
    SOURCE.check(http)
    movements = [SOURCE.to_sale(record) for page in SOURCE.pages(http, SINCE) for record in page.records]
    return recorder.exchanges, movements


def test_what_was_recorded_plays_back_for_anybody(tmp_path):
    exchanges, movements = recorded()
    Recording.of("acme", NOW, SINCE, exchanges, SECRETS).save(tmp_path / "acme.json")
    played = Recording.load(tmp_path / "acme.json")
    http = over(httpx.MockTransport(played.answer))
    again = [OTHER.to_sale(record) for page in OTHER.pages(http, played.since) for record in page.records]
    assert [getattr(one, "id", "") for one in again] == [getattr(one, "id", "") for one in movements]
    assert [getattr(one, "total", "") for one in again] == [getattr(one, "total", "") for one in movements]
    text = (tmp_path / "acme.json").read_text()
    assert "compras@cliente.example" not in text
    assert text.count("persona1@correo.example") == 5


def test_a_request_with_another_query_gets_the_answers_of_its_path_in_order_and_then_the_last():
    exchanges, _ = recorded()
    played = Recording.of("acme", NOW, SINCE, exchanges, SECRETS)
    http = over(httpx.MockTransport(played.answer))
    cursors = [http.get("/orders", {"today": str(day)})["next"] for day in range(4)]
    assert cursors == ["2", "4", None, None]


def test_a_packed_answer_is_recorded_unpacked_and_still_read_by_the_plugin():
    packed = httpx.Response(200, content=gzip.compress(b'{"name": "demo"}'), headers={"content-encoding": "gzip"})
    recorder = Recorder(httpx.MockTransport(lambda _: packed))
    with closing(Http.of(Client("https://demo.acme.example", transport=recorder))) as http:
        assert http.get("/shop") == {"name": "demo"}
    assert [exchange.answered for exchange in recorder.exchanges] == ['{"name": "demo"}']


def test_what_was_not_recorded_is_a_failure_in_words():
    played = Recording.of("acme", NOW, SINCE, recorded()[0], SECRETS)
    with pytest.raises(AssertionError, match="no answer to GET /payouts; record it anew"):
        played.answer(httpx.Request("GET", "https://x.example/payouts"))


def test_a_file_that_is_no_text_is_not_recorded():
    recorder = Recorder(httpx.MockTransport(lambda _: httpx.Response(200, content=b"%PDF\xff")))
    with pytest.raises(DataError, match="GET /me carries no text"):
        over(recorder).get("/me")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "since": null}'])
def test_a_file_that_is_no_recording_is_an_error_in_words(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(DataError, match="recording"):
        Recording.load(tmp_path / "x.json")


def exchange(answered, url="/a", asked=""):
    return Exchange("GET", url, asked, 200, {}, answered)


def test_secrets_are_replaced_in_whatever_is_kept():
    body = json.dumps({"echo": acme.SECRET, "note": f"key {acme.SECRET}"})
    made = Recording.of("acme", NOW, None, [exchange(body, f"/a?key={acme.SECRET}")], SECRETS)
    assert acme.SECRET not in repr(made)


def test_a_secret_in_a_form_that_nobody_foresaw_stops_the_recording():
    import base64

    hidden = base64.b64encode(f"user:{acme.SECRET}".encode()).decode()
    with pytest.raises(DataError, match="a secret would be in the recording of GET /a"):
        Recording.of("acme", NOW, None, [exchange(json.dumps({"basic": hidden}))], SECRETS)


BUYER = {
    "customer": {"firstName": "Ana", "last_name": "López Núñez", "phone": "55 1234 5678"},
    "billing": {"line1": "Av. Juárez 12", "postal_code": "06010", "rfc": "LONA800101AB1"},
    "summary": "Pedido de López Núñez, LONA800101AB1, ana@correo.mx, CURP LONA800101MDFPNN09, desde 10.1.2.3",
    "generic": "XAXX010101000",
    "total": "199.90",
}


def test_a_person_is_the_same_stand_in_everywhere_and_the_money_stays():
    anonymous = Anonymous([])
    body = json.dumps(BUYER, ensure_ascii=False)
    anonymous.learn(body)
    made = json.loads(anonymous.body(body))
    text = json.dumps(made, ensure_ascii=False)
    for word in ("Ana", "López", "1234", "Juárez", "06010", "LONA", "ana@", "10.1.2.3"):
        assert word not in text, word
    assert made["billing"]["rfc"] in made["summary"]
    assert made["customer"]["last_name"] in made["summary"]
    assert (made["generic"], made["total"]) == ("XAXX010101000", "199.90")


def test_xml_and_addresses_lose_their_people_too():
    anonymous = Anonymous([])
    xml = '<c:Receptor Nombre="ANA LOPEZ" Rfc="LONA800101AB1"/><x>ANA LOPEZ</x>'
    anonymous.learn(xml)
    assert "ANA" not in anonymous.body(xml)
    assert "ANA" not in anonymous.address("/customers/ANA%20LOPEZ?q=ANA%20LOPEZ&page=2")
    assert anonymous.address("/a?q=ana%40correo.mx&page=2").endswith("&page=2")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_every_number_stays_as_it_was(amount):
    body = f'{{"total": {amount:f}}}'
    assert json.loads(Anonymous([]).body(body), parse_float=Decimal)["total"] == amount


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_whatever_was_made_anonymous_stays_so(told):
    anonymous = Anonymous([])
    body = json.dumps(told)
    anonymous.learn(body)
    once = anonymous.body(body)
    assert anonymous.body(once) == once
