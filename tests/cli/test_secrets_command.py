"""`hub secrets` as an operator runs it."""

import json
import stat

import pytest

from tests.support.process import hub

CANARY = "canary-of-the-command"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text("version: 1\n", encoding="utf-8")
    assert hub(tmp_path, "secrets", "key", "--file", str(tmp_path / "hub.key")).returncode == 0
    monkeypatch.setenv("HUB_SECRETS_KEY_FILE", "hub.key")
    return tmp_path


def kept(folder):
    return [row["secret"] for row in json.loads(hub(folder, "secrets", "list", "--json").stdout)]


def test_a_secret_is_kept_listed_and_forgotten(folder):
    assert stat.S_IMODE((folder / "hub.key").stat().st_mode) == 0o600
    done = hub(folder, "secrets", "set", "stripe", stdin=f"{CANARY}\n")
    assert "{$secret: stripe}" in done.stdout
    (folder / "csd.key").write_bytes(b"\x30\x82")
    assert hub(folder, "secrets", "set", "csd-key", "--from", str(folder / "csd.key")).returncode == 0
    assert kept(folder) == ["csd-key", "stripe"]
    assert hub(folder, "secrets", "remove", "csd-key").returncode == 0
    assert kept(folder) == ["stripe"]
    assert CANARY not in (folder / "secrets.vault").read_text() + done.stdout + done.stderr


def test_a_rotation_makes_the_old_key_useless(folder, monkeypatch):
    hub(folder, "secrets", "set", "stripe", stdin=CANARY)
    old = (folder / "hub.key").read_text()
    done = hub(folder, "secrets", "rotate")
    assert "1 secrets encrypted anew" in done.stdout
    assert len((folder / "hub.key").read_text().split()) == 1
    assert kept(folder) == ["stripe"]
    (folder / "hub.key").write_text(old)
    refused = hub(folder, "secrets", "rotate")
    assert (refused.returncode, "does not open the secret stripe" in refused.stderr) == (2, True)


def test_a_rotation_of_a_key_in_the_environment_wants_both(folder, monkeypatch):
    hub(folder, "secrets", "set", "stripe", stdin=CANARY)
    old, new = (folder / "hub.key").read_text().strip(), hub(folder, "secrets", "key").stdout.strip()
    monkeypatch.setenv("HUB_SECRETS_KEY", old)
    refused = hub(folder, "secrets", "rotate")
    assert (refused.returncode, "holds one key" in refused.stderr) == (2, True)
    monkeypatch.setenv("HUB_SECRETS_KEY", f"{new} {old}")
    assert hub(folder, "secrets", "rotate").returncode == 0
    monkeypatch.setenv("HUB_SECRETS_KEY", new)
    assert kept(folder) == ["stripe"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "Not A Name"), "not a usable name"),
        (("set", "stripe", "--from", "nowhere"), "cannot be read"),
        (("remove", "nobody"), "there is no secret nobody"),
        (("key", "--file", "hub.key"), "exists"),
        (("key", "--file", "no/such/folder/key"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_says_why(folder, arguments, said):
    done = hub(folder, "secrets", *(str(folder / "hub.key") if a == "hub.key" else a for a in arguments), stdin="x")
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_without_a_key_it_says_how_to_get_one(tmp_path):
    done = hub(tmp_path, "secrets", "list")
    assert done.returncode == 2
    assert "hub secrets key" in done.stderr
