"""Logs say what happened and never a secret; buyers' data stay out of them."""

import json
import logging
import time

import pytest
import structlog

from hub.config import LogSettings, load
from hub.flow.instances import plugin_configs
from hub.logs import Redactor, configure, secrets_of
from hub.secrecy import MASK
from hub.store import Ticket
from tests.support.process import daemon, hub
from tests.support.world import CSD, METADATA, REGISTRY, world

SECRETS = {
    "csd": CSD.password,
    "api_key": "sk_test_canary_0123",
    "webhook": "whsec_canary_0123456789",
    "longer": "whsec_canary_0123456789_and_more",
    "smtp": "correo-canario-ñ\"'",
    "database": "base%de@datos/canario",
}
DATABASE = "postgresql+psycopg://hub:base%25de%40datos%2Fcanario@127.0.0.1:1/hub"


@pytest.fixture
def folder(tmp_path):
    changes = {
        "sources__stripe-mx__api_key": SECRETS["api_key"],
        "sources__stripe-mx__webhook_secret": SECRETS["webhook"],
        "sources__stripe-mx__webhook_secrets": [SECRETS["longer"]],
        "notifiers__correo__username": "facturas",
        "notifiers__correo__password": SECRETS["smtp"],
        "notifiers__correo__security": "starttls",
    }
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", **changes):
        pass
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text().replace(f"sqlite:///{tmp_path}/hub.db", DATABASE))
    return tmp_path


@pytest.fixture
def secrets(folder):
    plugins = plugin_configs(REGISTRY)
    return secrets_of(load(folder / "config.yaml", plugins=plugins), plugins)


@pytest.fixture
def written(capsys):
    """Gives what was written to standard error; the logging of the other tests is as before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield lambda: capsys.readouterr().err
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


class Connection:
    """Something whose text quotes a secret, as a driver's objects do."""

    def __str__(self):
        return f"<connection {DATABASE}>"


def test_every_secret_of_the_configuration_is_known(secrets):
    assert set(SECRETS.values()) <= secrets
    assert "base%25de%40datos%2Fcanario" in secrets


def fail(secret):
    try:
        int(f"not a number: {secret}")
    except ValueError as error:
        raise RuntimeError("outer") from error


def log_everything(secret):
    log = structlog.get_logger()
    log.warning("plain", key=secret, inside=f"Bearer {secret}!")
    log.warning(
        "nested", headers={"authorization": secret, secret: 1}, items=[(secret,), {secret}], raw=secret.encode()
    )
    log.warning("objects", connection=Connection(), error=RuntimeError(secret), raw=secret.encode())
    logging.getLogger("somebody.else").error("argument %s", secret)
    try:
        fail(secret)
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("somebody.else").exception("failed there")


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_written_wherever_it_stands(written, secrets, style, name):
    configure(LogSettings(format=style), secrets)
    log_everything(SECRETS[name])
    text = written()
    assert text.count(MASK) >= 10
    assert "not a number: [secret]" in text
    if style == "json":
        text = "\n".join(str(json.loads(line)) for line in text.splitlines())
    for secret in SECRETS.values():
        assert secret not in text
        assert repr(secret.encode())[2:-1] not in text
    assert "_and_more" not in text


def test_a_line_for_machines_is_one_json_object(written):
    configure(LogSettings(format="json"))
    structlog.get_logger().warning("sale\nread", source="stripe-mx", count=3, done=True, nothing=None)
    logging.getLogger("apscheduler").error("job missed")
    ours, theirs = map(json.loads, written().splitlines())
    assert (ours["event"], ours["level"], ours["source"]) == ("sale\nread", "warning", "stripe-mx")
    assert (ours["count"], ours["done"], ours["nothing"]) == (3, True, None)
    assert ours["timestamp"].endswith("Z")
    assert (theirs["event"], theirs["level"]) == ("job missed", "error")
    assert not [key for key in {*ours, *theirs} if key.startswith("_")]


def look_up(rfc):
    raise KeyError("no buyer")


def test_tracebacks_show_no_local_variables(written):
    configure(LogSettings(format="console"))
    try:
        look_up("CPU" + "200101AB8")
    except KeyError:
        structlog.get_logger().exception("failed")
    text = written()
    assert "KeyError: 'no buyer'" in text
    assert "CPU200101AB8" not in text


def test_the_level_decides_what_is_written(written):
    configure(LogSettings(format="json", level="warning"))
    log = structlog.get_logger()
    log.info("left out")
    log.warning("written")
    assert [json.loads(line)["event"] for line in written().splitlines()] == ["written"]


def test_short_words_are_left_alone():
    assert Redactor(["tienda", ""]).clean("tienda abierta") == "tienda abierta"


def test_no_command_prints_a_secret(folder):
    shown = hub(folder, "config", "show")
    assert shown.returncode == 0
    unreachable = hub(folder, "check")
    assert (unreachable.returncode, "does not answer" in unreachable.stderr) == (3, True)
    for text in (shown.stdout, shown.stderr, unreachable.stdout, unreachable.stderr):
        assert secrets_written(text) == []


def secrets_written(text):
    in_the_address = DATABASE.split(":")[2].split("@", maxsplit=1)[0]
    return [secret for secret in (*SECRETS.values(), in_the_address) if secret in text]


@pytest.mark.slow
@pytest.mark.parametrize("style", ["json", "console"])
def test_the_log_of_a_whole_sale_names_no_buyer_and_no_secret(tmp_path, style):
    refused = {**METADATA, "razon_social": "OTRO NOMBRE"}
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", log__format=style) as made:
        made.stripe.pay(116000, metadata=METADATA, receipt_email="ana@cliente.example")
        made.stripe.pay(50000, metadata=refused, receipt_email="eva@cliente.example")
        with daemon(tmp_path) as running:
            for event in made.stripe.events("payment_intent.succeeded"):
                assert made.stripe.send(event, f"{running.url}/webhooks/stripe-mx") == 200
            wait_until(lambda: made.smtp.received and any(ticket.refusals for ticket in made.all(Ticket)))
            assert running.terminate() == 0
        log = running.log.read_text(encoding="utf-8")
        assert {ticket.state for ticket in made.all(Ticket)} == {"invoiced", "open"}
    assert "stopped" in log
    if style == "json":
        assert all(isinstance(json.loads(line), dict) for line in log.splitlines())
    personal = [*METADATA.values(), "OTRO NOMBRE", "ana@", "eva@", "cliente.example"]
    secret = [CSD.password, "sk_test_fake", "whsec_fake"]
    words = [word for word in personal + secret if len(word) > 5]  # a regimen of three digits is in every time
    assert not [word for word in words if word.lower() in log.lower()]


def wait_until(done):
    until = time.monotonic() + 60
    while not done() and time.monotonic() < until:
        time.sleep(0.1)
    assert done()
