"""`hub pac`: what the configured PACs offer beyond stamping, over the real command line and their services."""

import base64
import json
import os
import pty
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.cfdi.read import read
from hub.flow.cancel_request import Wanted, request_cancellation
from hub.flow.sat_status import status_of
from hub.store import CfdiXml, Condition, PacHealth
from hub.testing.csd import make_csd
from pac_providers.facturama.testing import PASSWORD, USER, FakeFacturama
from pac_providers.finkok.testing import FakeFinkok
from tests.support.process import HUB, environment, hub
from tests.support.world import CSD, METADATA, world

DAY_S = 24 * 3600
RECEPTOR = "CPU200101AB8"
NOT_THERE = "6D5B6A04-1B0E-4C5D-9F8B-2F6C8E0A7B11"


def buyer(folder: Path, *pacs: str) -> dict[str, object]:
    """The issuer `cliente`: who bought, and is asked to accept cancellations."""
    made = make_csd(RECEPTOR, "CLIENTE DE PRUEBA UNO")
    (folder / "cliente.cer").write_bytes(made.cer)
    (folder / "cliente.key").write_bytes(made.key)
    csd = {
        "certificate": {"$file": "cliente.cer"},
        "private_key": {"$file": "cliente.key"},
        "password": made.password,
    }
    who = {"rfc": RECEPTOR, "nombre": "CLIENTE DE PRUEBA UNO", "regimen_fiscal": "601", "codigo_postal": "06600"}
    return {"issuers__cliente": {**who, "csd": csd, "pac": list(pacs), "serie": "B"}}


def sandbox(folder: Path, name: str, **options: object) -> dict[str, object]:
    return {"use": "sandbox", "data_dir": str(folder / name), **options}


@pytest.fixture
def made(tmp_path):
    """Two sandboxes; a seller, and the buyer of what it sells."""
    pacs = {
        "pacs__pruebas": sandbox(tmp_path, "pac", credits=10),
        "pacs__reserva": sandbox(tmp_path, "reserva", breaker_after=2),
        "issuers__tienda__pac": ["pruebas", "reserva"],
    }
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", **pacs, **buyer(tmp_path, "pruebas")) as made:
        yield made


@pytest.fixture
def facturama(tmp_path):
    """Facturama, which seals with the CSD that it keeps, and a sandbox beside it."""
    fake = FakeFacturama()
    fake.csds.clear()
    with fake.serving() as url:
        account = {"use": "facturama", "user": USER, "password": PASSWORD, "url": url}
        pacs = {
            "pacs__pruebas": sandbox(tmp_path, "pac"),
            "pacs__factura": account,
            "issuers__tienda__pac": ["factura"],
        }
        with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", **pacs) as made:
            made.fake = fake
            yield made


def sold(made, pesos_cents: int = 116000) -> str:
    """One invoice of `tienda` for `cliente`; its UUID."""
    made.stripe.pay(pesos_cents, metadata=METADATA)
    made.poll()
    assert made.cfdi.state == "stamped"
    return made.cfdi.uuid.upper()


@pytest.fixture
def waiting(made):
    """The UUID of an invoice whose cancellation waits for `cliente`."""
    uuid = sold(made)
    made.misbehave("clock_offset", times=None, seconds=5 * DAY_S)
    request_cancellation(made.flow, made.cfdi.key, Wanted("02", None, "ana", "wrong buyer"))
    made.work()
    return uuid


def status(made) -> tuple[str, str | None]:
    said = status_of(made.flow, made.cfdi, made.only(CfdiXml).stamped)
    return said.estado, said.estatus_cancelacion


# ---- list


def test_the_list_tells_who_the_pacs_are_how_they_do_and_what_they_offer(made, answer):
    until = datetime.now(UTC) + timedelta(hours=1)
    with made.flow.store.write() as session:
        session.add(PacHealth(pac="pruebas", failures=1))
        session.add(PacHealth(pac="reserva", failures=2, open_until=until))
        session.add(Condition(subject="pac reserva", since=until, message="no stamps are left"))
    one, other = answer(made, "pac", "list").value
    assert one == {
        "pac": "pruebas",
        "plugin": "sandbox",
        "environment": "sandbox",
        "confidence": "confirmed",
        "health": "fails",
        "failures": 1,
        "rests_until": None,
        "offers": ["answer", "balance", "check_receiver", "fetch", "issued", "pending", "register_issuer"],
        "says": "",
    }
    assert (other["health"], other["failures"], other["says"]) == ("rests", 2, "no stamps are left")
    assert datetime.fromisoformat(other["rests_until"]) == until
    shown = hub(made.folder, "pac", "list").stdout
    assert "answer balance check_receiver" in shown


def test_a_pac_whose_rest_is_over_does_not_rest(made, answer):
    with made.flow.store.write() as session:
        session.add(PacHealth(pac="reserva", failures=2, open_until=datetime.now(UTC) - timedelta(hours=1)))
    works, fails = answer(made, "pac", "list").value
    assert (works["health"], fails["health"], fails["rests_until"]) == ("works", "fails", None)


# ---- balance


def test_the_stamps_that_are_left_are_told_by_every_pac_or_by_one(made, answer):
    sold(made)
    everyone = answer(made, "pac", "balance")
    assert everyone.value == [
        {"pac": "pruebas", "stamps": 9, "until": None, "says": ""},
        {"pac": "reserva", "stamps": None, "until": None, "says": "no limit"},
    ]
    assert answer(made, "pac", "balance", "pruebas").value == everyone.value[:1]


def test_the_day_until_which_stamps_are_good_is_told(facturama, answer):
    told = answer(facturama, "pac", "balance", "factura").value
    assert told == [{"pac": "factura", "stamps": 1000, "until": "2027-01-01", "says": ""}]


def test_a_pac_that_fails_does_not_hide_what_the_others_say(made, answer):
    made.misbehave("fail", times=None)
    told = answer(made, "pac", "balance")
    assert (told.code, [row["stamps"] for row in told.value]) == (3, [None, None])
    assert "HTTP 500" in told.value[0]["says"]
    assert told.value[1]["says"] == "no limit"
    alone = hub(made.folder, "pac", "balance", "pruebas")
    assert (alone.returncode, alone.stdout, "HTTP 500" in alone.stderr) == (3, "", True)


def test_a_pac_that_does_not_offer_it_is_told_with_those_that_do(facturama):
    refused = hub(facturama.folder, "pac", "pending", "tienda")
    assert refused.returncode == 2
    assert refused.stderr == "factura does not offer pending\nthose configured that do: pruebas\n"
    unknown = hub(facturama.folder, "pac", "balance", "otro")
    assert (unknown.returncode, "there are factura, pruebas" in unknown.stderr) == (2, True)


def test_it_is_told_when_no_configured_pac_offers_it(tmp_path):
    fake = FakeFacturama()
    with fake.serving() as url:
        account = {"use": "facturama", "user": USER, "password": PASSWORD, "url": url}
        with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", pacs={"pruebas": account}) as made:
            refused = hub(made.folder, "pac", "answer", "tienda", NOT_THERE, "reject")
    assert (refused.returncode, "no configured PAC does" in refused.stderr) == (2, True)


# ---- receiver


GOOD = ("--nombre", "CLIENTE DE PRUEBA UNO", "--codigo-postal", "06600", "--regimen-fiscal", "601")


@pytest.mark.parametrize(
    ("arguments", "code", "verdict", "field"),
    [
        ((RECEPTOR.lower(), *GOOD), 0, "matches", ""),
        ((RECEPTOR,), 0, "matches", ""),
        ((RECEPTOR, *GOOD[:3], "64000"), 5, "differs", "codigo_postal"),
        ((RECEPTOR, "--nombre", "CLIENTE DE PRUEBA UNO SA DE CV", "--pac", "reserva"), 5, "differs", "nombre"),
        (("XAXX010101000",), 4, "unknown", ""),
    ],
)
def test_a_buyers_data_are_compared_and_the_exit_code_says_how(made, answer, arguments, code, verdict, field):
    said = answer(made, "pac", "receiver", *arguments)
    assert (said.code, said.value["verdict"], said.value["field"]) == (code, verdict, field)
    assert bool(said.value["says"]) == (verdict != "matches")


# ---- pending and answer


def test_what_waits_for_its_receiver_is_listed_by_each_pac_that_tells_it(made, waiting, answer):
    assert answer(made, "pac", "pending", "cliente").value == [{"pac": "pruebas", "uuid": waiting, "says": ""}]
    assert answer(made, "pac", "pending", "tienda").value == []
    made.misbehave("fail", times=None, pac="reserva")
    one_fails = answer(made, "pac", "pending", "tienda")
    assert (one_fails.code, [row["pac"] for row in one_fails.value]) == (3, ["reserva"])


@pytest.mark.parametrize(
    ("word", "respuesta", "became"),
    [
        ("accept", "Aceptacion", ("Cancelado", "Cancelado con aceptación")),
        ("reject", "Rechazo", ("Vigente", "Solicitud rechazada")),
    ],
)
def test_the_receivers_answer_is_signed_here_and_decides(made, waiting, answer, word, respuesta, became):
    done = answer(made, "pac", "answer", "cliente", waiting.lower(), word)
    assert (done.code, done.value["code"], done.value["answer"]) == (0, "1000", respuesta)
    assert (done.value["uuid"], done.value["says"]) == (waiting, "SAT took the answer")
    assert waiting in done.value["acuse"]
    assert status(made) == became
    again = hub(made.folder, "pac", "answer", "cliente", waiting, "accept")
    assert (again.returncode, "1002" in again.stdout, "it was answered before" in again.stdout) == (2, True, True)
    assert "Acuse" not in again.stdout
    assert status(made) == became


def test_an_answer_that_nobody_waits_for_shows_sats_code(made, answer):
    done = answer(made, "pac", "answer", "cliente", NOT_THERE, "accept")
    assert (done.code, done.value["code"]) == (2, "1001")


def test_an_answer_whose_fate_is_unknown_is_a_doubt_and_says_how_to_see(made, waiting):
    made.misbehave("lose_answer")
    lost = hub(made.folder, "pac", "answer", "cliente", waiting, "accept")
    assert (lost.returncode, lost.stdout) == (4, "")
    assert "not known whether it arrived at pruebas" in lost.stderr
    assert "`hub pac pending cliente`" in lost.stderr
    assert hub(made.folder, "pac", "pending", "cliente").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("cliente", "factura", "accept"), "is not a folio fiscal"),
        (("nadie", NOT_THERE, "accept"), "there is no issuer nadie"),
        (("cliente", NOT_THERE, "accept", "--pac", "reserva"), "reserva is no PAC of cliente"),
    ],
)
def test_what_cannot_be_answered_is_not_sent(made, arguments, told):
    refused = hub(made.folder, "pac", "answer", *arguments)
    assert (refused.returncode, told in refused.stderr) == (2, True), refused.stderr


def test_a_pac_that_does_not_say_its_rfc_is_named_as_its_stamps_name_it(tmp_path, answer):
    fake = FakeFinkok("EKU9003173C9", RECEPTOR)
    with fake.serving() as url:
        account = {"use": "finkok", "username": fake.username, "password": fake.password, "url": url}
        changes = {"pacs__pruebas": account, **buyer(tmp_path, "pruebas")}
        with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", **changes) as made:
            early = hub(made.folder, "pac", "answer", "cliente", NOT_THERE, "accept")
            assert (early.returncode, "the RFC of pruebas" in early.stderr) == (2, True)
            uuid = sold(made)
            fake.sat.of_uuid(uuid).cancellation = "En proceso"
            assert [row["uuid"] for row in answer(made, "pac", "pending", "cliente").value] == [uuid]
            done = answer(made, "pac", "answer", "cliente", uuid, "accept")
            assert (done.code, done.value["code"]) == (0, "1000")
            assert fake.sat.of_uuid(uuid).cancellation == "Cancelado con aceptación"
            named = read(made.only(CfdiXml).stamped).timbre.rfc_prov_certif
    sent = next(one.content for one in fake.requests if b"accept_reject_signature" in one.content)
    signed = base64.b64decode(sent.partition(b"xml>")[2].partition(b"<")[0])
    assert f'RfcPacEnviaSolicitud="{named}"'.encode() in signed


# ---- register


def test_an_issuer_is_opened_without_its_csd_where_the_hub_seals(made):
    unnamed = hub(made.folder, "pac", "register", "tienda")
    assert (unnamed.returncode, "pruebas, reserva" in unnamed.stderr) == (2, True)
    opened = hub(made.folder, "pac", "register", "tienda", "--pac", "reserva")
    assert (opened.returncode, opened.stdout) == (0, "the sandbox opened EKU9003173C9\n")
    assert [one.rfc for one in made.ledger("reserva").issuers()] == ["EKU9003173C9"]
    assert made.ledger().issuers() == []


def test_the_csd_does_not_go_to_a_pac_that_works_without_it(made):
    refused = hub(made.folder, "pac", "register", "cliente", "--send-csd", "--yes")
    assert (refused.returncode, "does not need the CSD" in refused.stderr) == (2, True)
    assert made.ledger().issuers() == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--yes",), "seals with the CSD of tienda, which it would keep; nothing was sent"),
        (("--send-csd",), "nobody agreed to hand over the CSD of EKU9003173C9"),
    ],
)
def test_the_csd_stays_here_without_a_clear_yes(facturama, options, told):
    refused = hub(facturama.folder, "pac", "register", "tienda", *options)
    assert (refused.returncode, told in refused.stderr) == (2, True), refused.stderr
    assert facturama.fake.requests == []


def test_the_csd_goes_to_a_pac_that_needs_it_after_a_clear_yes(facturama):
    done = hub(facturama.folder, "pac", "register", "tienda", "--send-csd", "--yes")
    assert (done.returncode, done.stdout) == (0, "Facturama has the CSD of EKU9003173C9\n")
    assert CSD.password not in done.stdout + done.stderr
    (sent,) = (json.loads(one.content) for one in facturama.fake.writes)
    assert base64.b64decode(sent["Certificate"]) == CSD.cer
    assert base64.b64decode(sent["PrivateKey"]) == CSD.key
    assert sent["PrivateKeyPassword"] == CSD.password


@pytest.mark.parametrize(("typed", "code", "csds"), [("y", 0, {"EKU9003173C9"}), ("", 2, set())])
def test_on_a_terminal_a_person_is_asked_before_the_csd_goes_out(facturama, typed, code, csds):
    ours, theirs = pty.openpty()
    command = [*HUB, "--config", str(facturama.folder / "config.yaml"), "pac", "register", "tienda", "--send-csd"]
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    os.write(ours, f"{typed}\n".encode())
    said, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert "can invoice in the issuer's name" in said.decode()
    assert (process.returncode, facturama.fake.csds) == (code, csds)


def test_a_csd_in_another_form_than_sats_is_not_sent(facturama):
    raw = (facturama.folder / "csd.cer").read_bytes()
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(raw) + b"-----END CERTIFICATE-----\n"
    (facturama.folder / "csd.cer").write_bytes(pem)
    refused = hub(facturama.folder, "pac", "register", "tienda", "--send-csd", "--yes")
    assert (refused.returncode, "give SAT's own .cer and .key" in refused.stderr) == (2, True)
    assert facturama.fake.requests == []


# ---- fetch


def test_the_xml_that_the_pac_keeps_comes_byte_for_byte(made, tmp_path):
    uuid, out = sold(made), tmp_path / "kept.xml"
    kept = made.ledger().stamp_by_uuid(uuid).xml
    assert hub(made.folder, "pac", "fetch", uuid.lower()).stdout.encode() == kept
    written = hub(made.folder, "pac", "fetch", uuid, "--to", str(out))
    assert (written.returncode, written.stdout, out.read_bytes()) == (0, "", kept)
    nowhere = hub(made.folder, "pac", "fetch", uuid, "--to", str(tmp_path / "no" / "kept.xml"))
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (2, True)


def test_an_xml_that_is_not_shown_yet_or_not_ours_says_so(made):
    uuid = sold(made)
    made.misbehave("search_lag")
    later = hub(made.folder, "pac", "fetch", uuid)
    assert (later.returncode, "`hub cfdi xml` has the hub's own copy" in later.stderr) == (3, True)
    foreign = hub(made.folder, "pac", "fetch", NOT_THERE)
    assert (foreign.returncode, "is no CFDI of ours" in foreign.stderr) == (2, True)
