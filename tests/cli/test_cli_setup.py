"""The first hour with the hub: init, check, config, plugins, db."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from hub.config import example, load
from hub.flow.instances import plugin_configs
from hub.testing.csd import make_csd
from tests.support.process import hub
from tests.support.world import CSD, ISSUER, REGISTRY, world

ANSWERS = ["--name", "tienda", "--rfc", "eku9003173c9", "--nombre", 'KEMPER: "URGATE" #1', "--regimen-fiscal", "601"]
INIT = ["init", *ANSWERS, "--codigo-postal", "42501"]


def tree(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_init_makes_a_hub_that_passes_its_check_and_replaces_nothing(tmp_path):
    made = hub(tmp_path / "new", *INIT)
    assert (made.returncode, made.stderr) == (0, "")
    folder = tmp_path / "new"
    settings = load(folder / "config.yaml", plugins=plugin_configs(REGISTRY))
    assert (settings.issuers["tienda"].rfc, settings.issuers["tienda"].nombre) == ("EKU9003173C9", ANSWERS[5])
    assert (folder / "data" / "hub.db").exists()
    assert {path.stat().st_mode & 0o777 for path in (folder / ".env", folder / "secrets" / "csd.key")} == {0o600}

    checked = hub(folder, "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert [line.split()[:2] for line in checked.stdout.splitlines()[1:3]] == [
        ["configuration", "ok"],
        ["database", "ok"],
    ]

    before = tree(folder)
    again = hub(folder, *INIT)
    assert (again.returncode, "is there already" in again.stderr, tree(folder)) == (2, True, before)
    (folder / "config.yaml").unlink()
    without = hub(folder, *INIT)
    assert without.returncode == 2
    assert "secrets/csd.cer and secrets/csd.key is there already and is not replaced" in without.stderr
    assert hub(folder, *INIT, "--csd", str(folder / "secrets")).returncode == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (["--rfc", "EKU900317"], "is not an RFC"),
        (["--regimen-fiscal", "605"], "régimen 605 is not for this kind of RFC"),
        (["--codigo-postal", "abc"], "issuers.tienda.codigo_postal"),
    ],
)
def test_an_answer_that_cannot_be_right_leaves_nothing_behind(tmp_path, change, says):
    refused = hub(tmp_path, *INIT, *change)
    assert (refused.returncode, tree(tmp_path)) == (2, {})
    assert says in refused.stderr


def test_init_proves_the_csd_that_it_is_given(tmp_path):
    (tmp_path / "csd").mkdir()
    empty = hub(tmp_path, *INIT, "--csd", str(tmp_path / "csd"))
    assert (empty.returncode, "has 0 files *.cer, not one" in empty.stderr) == (2, True)
    (tmp_path / "csd" / "a.cer").write_bytes(CSD.cer)
    (tmp_path / "csd" / "a.key").write_bytes(CSD.key)
    unset = hub(tmp_path, *INIT, "--csd", str(tmp_path / "csd"))
    assert (unset.returncode, "CSD_PASSWORD is not set" in unset.stderr) == (2, True)
    wrong = hub(tmp_path, *INIT, "--csd", str(tmp_path / "csd"), CSD_PASSWORD="not the one")
    assert (wrong.returncode, "Wrong password" in wrong.stderr) == (2, True)
    assert not (tmp_path / "config.yaml").exists()


@pytest.fixture
def changed(tmp_path):
    """Writes a configuration with changes; its Stripe and SMTP are gone already."""

    def write(**changes):
        with world(tmp_path, f"sqlite:///{tmp_path}/hub.db"):
            pass
        raw = yaml.safe_load((tmp_path / "config.yaml").read_text())
        for path, value in changes.items():
            *keys, last = path.split("__")
            section = raw
            for key in keys:
                section = section[key]
            section[last] = value
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(raw))
        return tmp_path

    return write


def test_check_asks_every_plugin_once_and_tells_trouble_from_mistakes(tmp_path):
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db") as made:
        good = hub(tmp_path, "check", "--json")
        found = {row["what"]: row for row in json.loads(good.stdout)}
        assert (good.returncode, {row["state"] for row in found.values()}) == (0, {"ok"})
        assert list(found) == [
            "configuration", "database", "catalogs", "issuer tienda", "pdf tienda", "pac pruebas", "source stripe-mx",
            "notifier correo",
        ]  # fmt: skip
        assert CSD.numero in found["issuer tienda"]["says"]
        made.smtp.go_down()
        down = hub(tmp_path, "check")
        assert (down.returncode, "not reachable" in down.stdout) == (3, True)
        assert hub(tmp_path, "check", "stripe-mx").returncode == 0
        made.stripe.api_key = made.stripe._rest.api_key = "sk_test_other"
        wrong = hub(tmp_path, "check")
        assert (wrong.returncode, "wrong" in wrong.stdout) == (2, True)
        unknown = hub(tmp_path, "check", "nobody")
        assert (unknown.returncode, unknown.stderr.splitlines()[0]) == (
            2,
            "nothing in the configuration is called nobody",
        )


def test_an_expired_csd_is_wrong_and_one_that_soon_expires_says_so(changed):
    folder = changed()
    for left, code, says in ((timedelta(days=-1), 2, "expired on"), (timedelta(days=20), 0, "request a new one")):
        csd = make_csd(ISSUER["rfc"], ISSUER["nombre"], valid_to=datetime.now(UTC) + left)
        (folder / "csd.cer").write_bytes(csd.cer)
        (folder / "csd.key").write_bytes(csd.key)
        checked = hub(folder, "check", "tienda")
        assert (checked.returncode, says in checked.stdout) == (code, True)


@pytest.mark.parametrize(
    ("csd", "says"),
    [
        (make_csd(ISSUER["rfc"], ISSUER["nombre"], password="another one"), "Wrong password"),
        (make_csd("EWE1709045U0", "ESCUELA WILSON ESQUIVEL"), "belongs to EWE1709045U0"),
        (make_csd(ISSUER["rfc"], ISSUER["nombre"], kind="efirma"), "is an e.firma, not a CSD"),
    ],
    ids=["wrong password", "another RFC", "e.firma"],
)
def test_a_csd_that_cannot_seal_is_refused_by_check_and_run(changed, csd, says):
    folder = changed()
    (folder / "csd.cer").write_bytes(csd.cer)
    (folder / "csd.key").write_bytes(csd.key)
    for command in ("check", "run"):
        refused = hub(folder, command)
        assert (refused.returncode, says in refused.stderr) == (2, True)
        assert CSD.password not in refused.stderr + refused.stdout


def test_a_pac_of_the_wrong_environment_is_refused_by_check_and_run(changed):
    folder = changed(web__public_url="https://facturas.example", environment="production")
    for command in ("check", "run"):
        refused = hub(folder, command)
        assert (refused.returncode, "pacs.pruebas" in refused.stderr) == (2, True)


def test_a_wrong_configuration_names_every_problem_and_its_line(changed):
    folder = changed(issuers__tienda__pac="prueba", log={"level": "loud"}, database__url="nonsense")
    for command in (["config", "check"], ["run"]):
        refused = hub(folder, *command)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "did you mean `pruebas`?" in refused.stderr
        assert "log.level" in refused.stderr
    folder = changed(database__url="nonsense")
    assert hub(folder, "tickets", "list").stderr.startswith("database.url is no address of a database")
    missing = hub(folder / "nowhere", "config", "check")
    assert (missing.returncode, "`hub init` writes one" in missing.stderr) == (2, True)


def test_the_configuration_is_shown_described_and_exemplified(changed):
    folder = changed()
    good = hub(folder, "config", "check")
    assert (good.returncode, good.stdout) == (0, f"{folder / 'config.yaml'}: no problems\n")
    shown = hub(folder, "config", "show").stdout
    assert "sources.stripe-mx.api_key" in shown
    assert not [secret for secret in (CSD.password, "sk_test_fake", "whsec_fake") if secret in shown]
    schema = json.loads(hub(folder, "config", "schema").stdout)
    assert "issuers" in schema["properties"]
    assert hub(folder, "config", "example").stdout == example(plugin_configs(REGISTRY))


def test_wrong_words_get_the_usage(tmp_path):
    for words in (["nonsense"], ["tickets", "list", "--state", "lost"], ["cfdi", "list", "--limit", "0"], ["sync"]):
        refused = hub(tmp_path, *words)
        assert (refused.returncode, refused.stdout, "Usage:" in refused.stderr) == (2, "", True)


def plugin(folder, source):
    """A third-party package as pip would leave it."""
    site = folder / "site"
    metadata = site / "hub_acme-1.2.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: hub-acme\nVersion: 1.2\n")
    (metadata / "entry_points.txt").write_text("[hub.plugins]\nacme = hub_acme\n")
    (site / "hub_acme.py").write_text(source)
    return str(site)


def test_a_broken_plugin_is_named_and_harms_no_other(tmp_path):
    site = plugin(tmp_path, 'raise RuntimeError("cannot start")\n')
    listed = hub(tmp_path, "plugins", "list", "--json", PYTHONPATH=site)
    found = {row["plugin"]: row for row in json.loads(listed.stdout)}
    assert listed.returncode == 2
    assert found["acme"]["package"] == "hub-acme 1.2 (acme)"
    assert "cannot start" in found["acme"]["state"]
    assert {found[name]["state"] for name in ("email", "files", "sandbox", "stripe")} == {"healthy"}
    assert set(found["acme"]) == {"plugin", "package", "brings", "hooks", "confidence", "waived", "state"}

    assert hub(tmp_path, *INIT, PYTHONPATH=site).returncode == 0
    assert hub(tmp_path, "check", PYTHONPATH=site).returncode == 0

    left_out = json.loads(hub(tmp_path, "plugins", "list", "--json", PYTHONPATH=site, HUB_NO_PLUGINS="1").stdout)
    assert next(row for row in left_out if row["plugin"] == "acme")["state"] == "left out because HUB_NO_PLUGINS=1"


def test_commands_that_a_plugin_cannot_add_do_not_spoil_the_answer(tmp_path):
    site = plugin(
        tmp_path,
        "from hub.plugin import hookimpl\n\n@hookimpl\ndef hub_commands(cli):\n    raise RuntimeError('no commands')\n",
    )
    listed = hub(tmp_path, "plugins", "list", "--json", PYTHONPATH=site)
    assert [row["plugin"] for row in json.loads(listed.stdout)][-1] == "acme"
    assert "no commands" in listed.stderr


def test_a_plugin_shows_its_configuration_keys(tmp_path):
    shown = json.loads(hub(tmp_path, "plugins", "show", "stripe", "--json").stdout)
    assert shown["module"] == "connectors.stripe"
    assert shown["stripe.api_key"].endswith("(required)")
    assert "\nstripe.api_key " in hub(tmp_path, "plugins", "show", "stripe").stdout
    unknown = hub(tmp_path, "plugins", "show", "stripes")
    installed = unknown.stderr.partition("installed are: ")[2].strip().split(", ")
    assert (unknown.returncode, installed) == (2, sorted(installed))
    assert {"email", "files", "finkok", "sandbox", "stripe"} <= set(installed)


def test_an_sqlite_file_is_made_when_needed_and_postgresql_when_asked_for(tmp_path, database_url):
    from hub.store import Store

    with world(tmp_path, f"sqlite:///{tmp_path}/other.db"):
        pass
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace(f"sqlite:///{tmp_path}/other.db", database_url))
    first = hub(tmp_path, "tickets", "list", "--json")
    if database_url.startswith("sqlite"):
        assert (first.returncode, first.stdout) == (0, "[]\n")
    else:
        assert (first.returncode, "`hub db migrate`" in first.stderr) == (2, True)
    migrated = hub(tmp_path, "db", "migrate")
    assert (migrated.returncode, migrated.stdout.rstrip().endswith("is up to date")) == (0, True)
    assert hub(tmp_path, "tickets", "list", "--json").stdout == "[]\n"
    store = Store(database_url)
    assert store.is_current()
    store.close()


BUG = """
from hub.plugin import hookimpl

@hookimpl
def hub_commands(cli):
    @cli.command("burst")
    def burst(context: __import__("typer").Context) -> None:
        secret = context.obj.settings.issuers["tienda"].csd.password.get_secret_value()
        raise KeyError(secret)
"""


def test_a_bug_is_a_short_message_without_secrets_and_a_traceback_for_who_asks(changed):
    folder = changed()
    site = plugin(folder, BUG)
    short = hub(folder, "burst", PYTHONPATH=site)
    assert (short.returncode, short.stdout, short.stderr.count("\n")) == (1, "", 1)
    assert json.loads(short.stderr)["error"] == "KeyError: '[secret]'"
    assert json.loads(short.stderr)["at"].startswith("hub_acme.py:")
    whole = hub(folder, "burst", PYTHONPATH=site, HUB_DEBUG="1")
    assert (whole.returncode, "Traceback" in whole.stderr) == (1, True)
    assert CSD.password not in short.stderr + whole.stderr
