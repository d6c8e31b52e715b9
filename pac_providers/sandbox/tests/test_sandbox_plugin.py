"""How the hub and its operator meet the sandbox."""

import json
import shutil
import stat
import subprocess
import sys
import threading
from multiprocessing import get_context
from pathlib import Path

import pluggy
import pytest
import typer
from pydantic import ValidationError
from typer.testing import CliRunner

import pac_providers.sandbox
from hub.plugin import Specs
from pac_providers.sandbox.keys import keys_in
from pac_providers.sandbox.provider import Sandbox, SandboxConfig
from pac_providers.sandbox.server import main
from pac_providers.sandbox.storage import storage_in
from pac_providers.sandbox.tests.cancelling import Issued
from pac_providers.sandbox.tests.documents import invoice


@pytest.fixture
def plugins() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(pac_providers.sandbox)
    return manager


@pytest.fixture
def run(plugins, data_dir):
    """`hub sandbox ...` on this test's folder."""

    cli = typer.Typer()
    plugins.hook.hub_commands(cli=cli)

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(cli, ["sandbox", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


def test_the_hooks_bring_the_provider(plugins):
    plugins.check_pending()
    assert plugins.hook.hub_pac_providers() == [[Sandbox]]


def test_loading_the_plugin_does_not_load_its_checks():
    script = (
        "import sys, pac_providers.sandbox as plugin; plugin.hub_pac_providers();"
        "print([name for name in ('lxml', 'cryptography', 'satcfdi', 'sqlite3', 'uvicorn') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_forked_process_opens_the_ledger_for_itself(pac, data_dir):
    """`hub run` forks; whoever used the connection of before would wait for a thread that is not in the copy."""
    one, other = (invoice(folio).sealed() for folio in ("first", "second"))
    first = pac.stamp(one)
    with storage_in(data_dir).ledger._lock:
        child = get_context("fork").Process(target=_stamp_and_leave, args=[pac, one, other, first.uuid])
        thread = threading.Thread(target=child.start)
        thread.start()
        thread.join()
        child.join(30)
        ended = child.exitcode
        child.kill()
    assert ended == 0
    assert len(storage_in(data_dir).ledger.stamps()) == 2


def _stamp_and_leave(pac, known, new, uuid):
    assert pac.recover(known).uuid == uuid
    assert pac.stamp(new).uuid != uuid


def test_the_sandbox_has_no_production():
    with pytest.raises(ValidationError):
        SandboxConfig(environment="production")


def test_every_setting_is_described():
    assert [name for name, field in SandboxConfig.model_fields.items() if not field.description] == []


def test_the_key_of_the_pac_is_for_its_owner_only(tmp_path):
    first = keys_in(tmp_path)
    mode = (tmp_path / "pac.pem").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert keys_in(tmp_path).certificate == first.certificate
    assert "private" not in repr(first)


def test_a_folder_that_was_deleted_starts_anew(open_pac, data_dir):
    xml = invoice().sealed()
    first = open_pac().stamp(xml)
    shutil.rmtree(data_dir)
    assert open_pac().stamp(xml).uuid != first.uuid


def test_behave_takes_effect_on_a_running_pac(run, pac, data_dir):
    data = ("--data", str(data_dir))
    assert run("behave", "no_credits", "--times", "2", *data) == "no_credits: 2 left\n"
    assert run("behave", "clock_offset", "--seconds", "-3600", *data) == (
        "clock_offset: until cleared, -3600 s\nno_credits: 2 left\n"
    )
    assert run("behave", "--clear", *data) == ""


def test_stamps_are_listed_for_people_and_for_programs(run, pac, data_dir):
    stamped = pac.stamp(invoice().sealed())
    assert stamped.uuid in run("stamps", "--data", str(data_dir))
    (row,) = json.loads(run("stamps", "--json", "--data", str(data_dir)))
    assert (row["uuid"], row["total"], row["rfc_emisor"]) == (stamped.uuid, "1159.99", "EKU9003173C9")


def test_the_operator_answers_for_the_receptor(run, pac, behaviours, data_dir):
    issued = Issued.by(pac, invoice())
    behaviours.set("clock_offset", seconds=5 * 24 * 3600)
    issued.cancel()
    assert run("receptor", issued.uuid, "accept", "--data", str(data_dir)) == f"{issued.uuid}: accepted\n"
    assert issued.status.estatus_cancelacion == "Cancelado con aceptación"


def test_the_padron_is_listed(run):
    assert "CLIENTE DE PRUEBA UNO" in run("padron")


def test_the_readme_names_every_file_of_the_folder():
    folder = Path(pac_providers.sandbox.__file__).parent
    readme = (folder / "README.md").read_text("utf-8")
    names = [path.name for path in folder.glob("*.py") if not path.name.startswith("__")]
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_the_server_explains_its_options(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--data" in capsys.readouterr().out
