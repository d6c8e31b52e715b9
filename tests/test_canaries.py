"""No secret is left anywhere by a hub whose every remote side repeats it: logs, terminal, database, mail, bundle."""

import base64
import logging
import pickle
import subprocess
import sys
import threading
import zipfile
from contextlib import ExitStack
from pathlib import Path
from pickle import PicklingError
from types import SimpleNamespace
from urllib.parse import quote

import httpx
import pytest
import structlog
import yaml
from sqlalchemy import make_url

from hub.cli import exits
from hub.cli.app import build
from hub.config import LogSettings, Vault, load, new_key
from hub.engine.advance import STEPS
from hub.flow.instances import plugin_configs
from hub.flow.portal import Portal
from hub.flow.receive import receive
from hub.logs import configure, secrets_of
from hub.plugin import DataError
from hub.secrecy import MASK
from hub.store import Cfdi, Condition, Delivery, Event, InboxItem, Ticket
from hub.testing.csd import make_csd
from hub.web.app import make_app
from tests.support.canaries import canary, dump, files_in, found, pieces_of
from tests.support.parrot import MOODS, Parrot, parrot_mail
from tests.support.process import daemon, hub
from tests.support.web import served
from tests.support.world import METADATA, REGISTRY, world

PACS = ["facturama", "facturapi", "finkok", "prodigia", "sandbox", "sw-token", "sw-user", "timbrado"]
KEEPERS = ["config.yaml", ".env", "canary.key", "csd.key", "secrets.vault"]
"""Files that are there to hold secrets."""
BUYER = {**METADATA, "nombre": METADATA["razon_social"]}
SALE = f"""Folio,Fecha,Concepto,Total,Forma de pago,RFC,Razon social,CP,Regimen,Uso CFDI,Correo
C-1,2026-11-01,Taza,116.00,01,{BUYER["rfc"]},{BUYER["nombre"]},{BUYER["codigo_postal"]},601,G03,ana@cliente.example
"""


class Place:
    """A folder whose configuration names every kind of secret, each by another way, and its remote sides."""

    def __init__(self, folder, database_url, stack):
        self.folder = folder
        self.parrot = Parrot()
        self.url = stack.enter_context(self.parrot.serving())
        self.mail_port = stack.enter_context(parrot_mail())
        self.csd = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE", password=canary("csd", awkward=True))
        vault_key = new_key()
        self.canaries = {
            "stripe": canary("stripe"),
            "webhook": canary("webhook"),
            "second webhook": canary("webhook2"),
            "finkok": canary("finkok", awkward=True),
            "sw": canary("sw", awkward=True),
            "token": canary("token"),
            "facturama": canary("facturama", awkward=True),
            "facturapi": f"sk_test_{canary('facturapi')}",
            "prodigia": canary("prodigia", awkward=True),
            "timbrado": canary("timbrado", awkward=True),
            "smtp": canary("smtp", awkward=True).replace("ñ", "n"),
            "csd": self.csd.password,
            "vault key": vault_key.get_secret_value(),
            **pieces_of(self.csd),
        }
        self._keep(vault_key)
        address = make_url(database_url)
        if address.get_backend_name() == "postgresql":
            self.canaries["database"] = canary("database", awkward=True)
            address = address.set(password=self.canaries["database"])
        self.database_url = address.render_as_string(hide_password=False)

    def _keep(self, vault_key):
        (self.folder / "canary.cer").write_bytes(self.csd.cer)
        (self.folder / "canary.key").write_bytes(self.csd.key)
        names = {"HUB_SECRETS_KEY": "vault key", "STRIPE_KEY": "stripe", "SW_TOKEN": "token"}
        lines = [f"{name}={self.canaries[what]}\n" for name, what in names.items()]
        (self.folder / ".env").write_text("".join(lines), encoding="utf-8")
        vault = Vault(self.folder / "secrets.vault", [vault_key])
        vault.put("csd-password", self.canaries["csd"].encode())
        vault.put("webhook", self.canaries["webhook"].encode())

    def changes(self, pac, **more):
        """What the configuration of a test's world becomes."""
        at = {"url": self.url}
        both = {**at, "api_url": self.url, "status_url": self.url}
        return {
            "issuers__tienda__csd": {
                "certificate": {"$file": "canary.cer"},
                "private_key": {"$file": "canary.key"},
                "password": {"$secret": "csd-password"},
            },
            "issuers__tienda__pac": pac,
            "pacs": {
                "sandbox": {"use": "sandbox", "data_dir": str(self.folder / "pac")},
                "finkok": {"use": "finkok", "username": "usuario", "password": self.canaries["finkok"], **at},
                "sw-user": {"use": "sw", "user": "usuario", "password": self.canaries["sw"], **both},
                "sw-token": {"use": "sw", "token": {"$env": "SW_TOKEN"}, **both},
                "facturama": {"use": "facturama", "user": "usuario", "password": self.canaries["facturama"], **at},
                "facturapi": {
                    "use": "facturapi",
                    "secret_key": self.canaries["facturapi"],
                    "rfc": "EKU9003173C9",
                    "rounds": "at_the_end",
                    **at,
                },
                "prodigia": {
                    "use": "prodigia",
                    "contrato": "contrato",
                    "username": "usuario",
                    "password": self.canaries["prodigia"],
                    **at,
                },
                "timbrado": {
                    "use": "timbrado",
                    "username": "usuario",
                    "password": self.canaries["timbrado"],
                    **{f"{name}_url": self.url for name in ("stamp", "cancel", "recover")},
                },
            },
            "sources__stripe-mx__api_key": {"$env": "STRIPE_KEY"},
            "sources__stripe-mx__api_url": self.url,
            "sources__stripe-mx__webhook_secret": {"$secret": "webhook"},
            "sources__stripe-mx__webhook_secrets": [self.canaries["second webhook"]],
            "sources__archivos": {
                "use": "files",
                "issuer": "tienda",
                "every": "1 hour",
                "start": "2026-01-01",
                "folder": "ventas",
                "settle_s": 0,
            },
            "notifiers__correo__username": "facturas",
            "notifiers__correo__password": self.canaries["smtp"],
            "log__level": "debug",
            **more,
        }

    def world(self, pac, **more):
        return world(self.folder, self.database_url, **self.changes(pac, **more))

    @property
    def words(self):
        """What a plugin or a driver could quote: all that the configuration holds."""
        quotable = {**self.canaries, "vault key": "", "whole key": self.csd.key}
        return " ".join(str(secret) for name, secret in quotable.items() if " at " not in name)

    def nothing_in(self, *texts):
        for text in texts:
            assert found(text, self.canaries) == []


@pytest.fixture
def place(tmp_path, database_url):
    with ExitStack() as stack:
        yield Place(tmp_path, database_url, stack)


@pytest.fixture
def written(capfd):
    """What is written to both streams; the logging of the other tests is as before afterwards."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, threading.excepthook
    yield lambda: "".join(capfd.readouterr())
    root.handlers[:], threading.excepthook = handlers, hook
    root.setLevel(level)
    structlog.reset_defaults()


def logging_of(place, style="console"):
    plugins = plugin_configs(REGISTRY)
    settings = load(place.folder / "config.yaml", plugins=plugins)
    configure(LogSettings(format=style, level="debug"), secrets_of(settings, plugins))


def sold(made, number=1):
    (made.folder / "ventas" / "dia.csv").write_text(SALE.replace("C-1", f"C-{number}"), encoding="utf-8")
    made.poll("archivos")


def left_behind(place, made):
    return dump(place.database_url), files_in(place.folder, KEEPERS), *(mail.raw for mail in made.smtp.received)


@pytest.mark.parametrize("pac", PACS)
def test_bad_days_of_every_remote_side_leave_no_secret_behind(place, written, pac):
    with place.world(pac, operator__on=["config_error", "in_doubt", "held", "help"]) as made:
        logging_of(place)
        for number, moods in enumerate(MOODS):
            sold(made, number)
            for mood in moods:
                place.parrot.mood = mood
                made.pass_time(hours=2)
                made.poll("stripe-mx")
        text = written()
        assert place.parrot.requests
        assert made.all(Condition)
        place.nothing_in(text, *left_behind(place, made))
        told = " ".join(str(row.model_dump()) for table in (Cfdi, Ticket, Event) for row in made.all(table))
        assert (MASK in told) == (pac in {"finkok", "sw-token"}), "the PAC's words, without the secrets in them"


def test_mail_servers_that_repeat_the_login_leave_no_secret_behind(place, written):
    with place.world("sandbox", notifiers__correo__port=place.mail_port) as made:
        logging_of(place)
        sold(made)
        made.pass_time(hours=2)
        waiting = made.only(Condition)
        assert (waiting.subject, "535 you said" in waiting.message) == ("notifier correo", True)
        assert MASK in made.all(Delivery)[0].reason
        place.nothing_in(written(), *left_behind(place, made))


@pytest.mark.parametrize("style", ["console", "json"])
def test_steps_and_plugins_that_crash_leave_no_secret_behind(place, written, monkeypatch, style):
    with place.world("sandbox") as made:
        logging_of(place, style)
        words = place.words

        def crash(*_, **__):
            raise RuntimeError(words) from ValueError(words)

        instances = made.flow.instances
        monkeypatch.setattr(type(instances.pacs["sandbox"].plugin), "stamp", crash)
        monkeypatch.setattr(type(instances.pacs["sandbox"].plugin), "recover", crash)
        monkeypatch.setattr(type(instances.sources["stripe-mx"].plugin), "pages", crash)
        monkeypatch.setattr(type(instances.notifiers["correo"].plugin), "send", crash)
        sold(made)
        made.poll("stripe-mx")
        for _ in range(8):
            made.pass_time(hours=2)
        monkeypatch.setitem(STEPS, "cfdi", crash)
        made.pass_time(hours=2)
        text = written()
        assert "RuntimeError" in text
        assert {row.subject.partition(" ")[0] for row in made.all(Condition)} == {"cfdi", "source", "notifier"}
        place.nothing_in(text, *left_behind(place, made))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_and_no_answer_of_the_web_shows_a_secret(place, written, monkeypatch):
    with place.world("sandbox") as made, served(make_app(made.flow, lambda: True)) as url:
        logging_of(place)
        sold(made)
        made.stripe.pay(5000)
        good = made.flow.instances.sources["stripe-mx"].plugin

        def crash(*_, **__):
            raise RuntimeError(place.words)

        def told(*_, **__):
            raise DataError(place.words)

        answers = [
            httpx.get(f"{url}/{path}") for path in ("healthz", "readyz", "p/tienda", "p/nobody", "f/x", "metrics")
        ]
        signature = {"stripe-signature": made.stripe.signature(b"{}", secret=place.canaries["webhook"])}
        for broken in (crash, told):
            monkeypatch.setattr(type(good), "delivery_key", broken)
            answers.append(httpx.post(f"{url}/webhooks/stripe-mx", content=b"{}", headers=signature))
        for broken in ("open", "brand", "find"):
            monkeypatch.setattr(Portal, broken, crash)
        answers += [httpx.get(f"{url}/f/x"), httpx.post(f"{url}/p/tienda", data={"pedido": "A-1", "total": "1"})]
        # Visitors get back what they typed, to try again with one tap; it stands in no header and in no log.
        typed = httpx.post(f"{url}/p/tienda", data={"pedido": place.words.encode("ascii", "replace"), "total": "1"})
        monkeypatch.setattr(type(made.flow.store), "read", crash)
        answers.append(httpx.get(f"{url}/readyz"))
        assert {answer.status_code for answer in answers} >= {200, 400, 404, 500, 503}
        place.nothing_in(*(f"{answer.headers}{answer.text}" for answer in answers), str(typed.headers), written())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_settings_and_plugins_show_no_secret_however_they_are_written(place):
    with place.world("sandbox") as made:
        settings = load(place.folder / "config.yaml", plugins=plugin_configs(REGISTRY))
        instances = made.flow.instances
        kinds = (instances.pacs, instances.sources, instances.notifiers)
        plugins = [one for kind in kinds for one in kind.values()]
        configs = [one.plugin.config for one in plugins]
        for value in (settings, made.flow, instances, *plugins, *configs, *instances.csds.values()):
            place.nothing_in(repr(value), str(value), f"{value!r:.100000}")
        for value in (settings, *configs):
            place.nothing_in(value.model_dump_json(), repr(value.model_dump()), repr(vars(value)))
            place.nothing_in(str(value.model_dump(mode="json")))
        # SecretStr itself keeps what a pickle must be able to bring back, so no pickle is ever made of it.
        for value in (made.flow, *plugins, *instances.csds.values()):
            with pytest.raises((TypeError, AttributeError, PicklingError)):
                pickle.dumps(value)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_process_of_the_hub_has_a_secret_in_its_command_line(place):
    with place.world("sandbox"):
        pass
    with daemon(place.folder) as running:
        processes = [running.process_id, *children_of(running.process_id)]
        lines = [Path(f"/proc/{one}/cmdline").read_bytes() for one in processes]
        names = [Path(f"/proc/{one}/comm").read_bytes() for one in processes]
        assert b"config.yaml" in lines[0]
        place.nothing_in(*lines, *names)
        assert running.terminate() == 0


def children_of(process):
    found = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in found for child in task.read_text().split()]


def test_a_delivery_leaves_only_its_body(place, written):
    with place.world("sandbox") as made:
        logging_of(place)
        body = b'{"id":"evt_1","object":"event","type":"other","livemode":false,"data":{}}'
        for name in ("webhook", "second webhook"):
            signature = made.stripe.signature(body, secret=place.canaries[name])
            headers = {"Stripe-Signature": signature, "X-Token": place.canaries["token"]}
            receive(made.flow, "stripe-mx", headers, body)
        assert made.only(InboxItem).headers == {}
        place.nothing_in(written(), *left_behind(place, made))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_bug_in_a_command_prints_no_secret(place, written, monkeypatch, debug):
    with place.world("sandbox"):
        pass
    words = place.words

    def crash(*_):
        raise RuntimeError(words) from ValueError(words)

    monkeypatch.setenv("HUB_DEBUG", debug)
    monkeypatch.setattr("hub.cli.state.Instances", SimpleNamespace(of=crash))
    monkeypatch.setattr("sys.argv", ["hub", "--config", str(place.folder / "config.yaml"), "check"])
    assert exits.run(build()) == exits.BUG
    text = written()
    assert ("Traceback" in text) == (debug == "1")
    place.nothing_in(text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_thread_that_dies_prints_no_secret(place, written, monkeypatch):
    with place.world("sandbox"):
        pass
    monkeypatch.setattr("sys.argv", ["hub", "--config", str(place.folder / "config.yaml"), "config", "show"])
    exits.run(build())

    def crash():
        raise RuntimeError(place.words)

    thread = threading.Thread(target=crash, name="engine")
    thread.start()
    thread.join()
    text = written()
    assert "RuntimeError" in text
    place.nothing_in(text)


COMMANDS = [
    ["check"],
    ["config", "check"],
    ["config", "show"],
    ["plugins", "list"],
    ["secrets", "list"],
    ["sync", "stripe-mx"],
    ["tickets", "list", "--json"],
    ["cfdi", "list"],
    ["inbox", "list"],
    ["doubts", "list"],
    ["doubts", "recover"],
    ["reconcile"],
]


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_command_and_no_daemon_prints_a_secret(place):
    with place.world("finkok") as made:
        sold(made)
    said = [hub(place.folder, *command, HUB_DEBUG="1") for command in COMMANDS]
    place.parrot.mood = "rejecting"
    with daemon(place.folder) as running:
        unsigned = {"stripe-signature": f"t=1,v1={place.canaries['webhook']}"}
        assert httpx.post(f"{running.url}/webhooks/stripe-mx", content=b"{}", headers=unsigned).status_code == 400
        assert running.terminate() == 0
    bundle = place.folder / "support.zip"
    said.append(hub(place.folder, "support", "bundle", str(bundle), "--log", str(running.log)))
    assert said[-1].returncode == 0, said[-1].stderr
    with zipfile.ZipFile(bundle) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert set(parts) == {
        *("config.txt", "about.json", "database.json", "counts.json", "conditions.json", "events.json"),
        *("running.json", "log.txt"),
    }
    assert "stopped" in running.said()
    assert b'"current": true' in parts["database.json"]
    place.nothing_in(*(done.stdout + done.stderr for done in said), running.said(), *parts.values())
    for word in (BUYER["rfc"], BUYER["nombre"], "ana@cliente.example", "<cfdi:"):
        assert not [name for name, part in parts.items() if word.encode() in part]
    place.nothing_in(dump(place.database_url), files_in(place.folder, KEEPERS))
    assert oct(bundle.stat().st_mode & 0o777) == "0o600"


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_broken_configuration_tells_no_secret_and_has_a_support_bundle(place):
    with place.world("finkok"):
        pass
    path = place.folder / "config.yaml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    raw["web"] = {"port": {"$env": "STRIPE_KEY"}, "public_url": place.canaries["smtp"]}
    raw["issuers"]["tienda"]["rfc"] = {"$secret": "csd-password"}
    raw["pacs"]["finkok"]["timeout_s"] = place.canaries["finkok"]
    password = place.canaries["database"] = canary("database")
    raw["database"]["url"] = f"postgresql://hub:{password}@127.0.0.1:1/hub"
    raw["issuers"]["tienda"]["csd"]["password"] = {"$file": "canary.key"}
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    said = [hub(place.folder, *command, HUB_DEBUG="1") for command in (["check"], ["config", "check"], ["run"])]
    assert {done.returncode for done in said} == {2}
    done = hub(place.folder, "support", "bundle", str(place.folder / "support.zip"))
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(place.folder / "support.zip") as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    assert b"problems" in parts[0]
    place.nothing_in(*(one.stdout + one.stderr for one in (*said, done)), *parts)


def test_the_search_finds_a_secret_in_every_form(tmp_path):
    secret = canary("planted", awkward=True)
    forms = [
        secret,
        repr(secret),
        quote(secret),
        secret.encode().hex(),
        *(base64.b64encode(f"{user}:{secret}".encode()).decode() for user in ("a", "ab", "abc")),
        base64.urlsafe_b64encode(f"{secret}?>".encode()).decode(),
    ]
    for form in forms:
        assert found(f"before {form} after", {"planted": secret}), form
    assert found("nothing here", {"planted": secret}) == []
    (tmp_path / "kept").write_text(secret)
    assert found(files_in(tmp_path, []), {"planted": secret})
    assert found(files_in(tmp_path, ["kept"]), {"planted": secret}) == []


def test_no_process_that_read_secrets_leaves_them_in_a_core_dump(tmp_path):
    """Whoever reads the configuration allows none, whatever the surroundings allow."""
    script = (
        "import resource, sys; from pathlib import Path; from hub.cli.state import State;"
        "limit = resource.getrlimit(resource.RLIMIT_CORE)[1]; resource.setrlimit(resource.RLIMIT_CORE, (limit, limit));"
        "State(Path(sys.argv[1])).settings; print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db"):
        command = [sys.executable, "-c", script, str(tmp_path / "config.yaml")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
