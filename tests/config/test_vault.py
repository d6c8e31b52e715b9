"""Secrets at rest: encrypted, under their own names, and never lost by a rotation that is cut off."""

import json
import stat

import pytest
from pydantic import SecretStr

from hub.config import VAULT_FILE, ConfigProblems, Vault, VaultError, find_keys, load, new_key, variables_for
from hub.plugin import ConfigError

from .conftest import GOOD, PLUGINS

CANARY = b"canary-of-the-vault"


@pytest.fixture
def key():
    return new_key()


@pytest.fixture
def vault(tmp_path, key):
    return Vault(tmp_path / VAULT_FILE, [key])


def test_what_is_kept_comes_back_and_is_nowhere_to_be_read(vault, key):
    vault.put("csd-key", bytes(range(256)))
    vault.put("stripe", CANARY)
    again = Vault(vault.path, [key])
    assert again.names == ["csd-key", "stripe"]
    assert again.get("csd-key").get_secret_value() == bytes(range(256))
    assert CANARY not in vault.path.read_bytes()
    assert CANARY.decode() not in repr(again.get("stripe"))
    assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600
    assert [path.name for path in vault.path.parent.iterdir()] == [VAULT_FILE]


def test_another_key_opens_nothing(vault):
    vault.put("stripe", CANARY)
    with pytest.raises(VaultError, match="does not open the secret stripe"):
        Vault(vault.path, [new_key()]).get("stripe")


def test_a_value_cannot_be_put_under_another_name(vault, key):
    vault.put("small", b"1")
    vault.put("large", b"2")
    content = json.loads(vault.path.read_text())
    content["secrets"]["large"] = content["secrets"]["small"]
    vault.path.write_text(json.dumps(content))
    with pytest.raises(VaultError, match="under another name"):
        Vault(vault.path, [key]).get("large")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"[" * 20_000, b'{"version": 1, "secrets": {"a": 1}}'])
def test_a_file_that_is_no_vault_is_refused_and_kept(tmp_path, key, content):
    path = tmp_path / VAULT_FILE
    path.write_bytes(content)
    with pytest.raises(VaultError, match="not a vault"):
        Vault(path, [key])
    assert path.read_bytes() == content


def test_a_newer_file_is_refused(tmp_path, key):
    (tmp_path / VAULT_FILE).write_text('{"version": 2, "secrets": {}}')
    with pytest.raises(VaultError, match="newer version"):
        Vault(tmp_path / VAULT_FILE, [key])


@pytest.mark.parametrize("name", ["", "Stripe", "../x", "a b", "x" * 81])
def test_a_name_is_short_and_plain(vault, name):
    with pytest.raises(VaultError, match="not a usable name"):
        vault.put(name, b"1")


@pytest.mark.parametrize("value", [b"", b"x" * 5_000_001])
def test_a_secret_has_a_size(vault, value):
    with pytest.raises(VaultError, match="between 1 byte and 5 MB"):
        vault.put("stripe", value)


def test_the_first_key_encrypts_and_all_keys_open(vault, key):
    vault.put("stripe", CANARY)
    fresh = new_key()
    assert Vault(vault.path, [fresh, key]).rotate() == 1
    assert Vault(vault.path, [fresh]).get("stripe").get_secret_value() == CANARY
    with pytest.raises(VaultError):
        Vault(vault.path, [key]).get("stripe")


def test_a_secret_that_no_key_opens_stops_the_rotation_before_it_begins(vault, key):
    vault.put("a", CANARY)
    Vault(vault.path, [new_key()]).put("b", CANARY)
    before = vault.path.read_bytes()
    with pytest.raises(VaultError, match="secret b"):
        Vault(vault.path, [new_key(), key]).rotate()
    assert vault.path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "short", "ñ" * 44])
def test_a_key_that_is_none_is_refused(tmp_path, text):
    with pytest.raises(VaultError, match="not a usable key"):
        Vault(tmp_path / VAULT_FILE, [SecretStr(text)])


def test_keys_come_from_the_environment_then_a_file_then_the_keyring(tmp_path, key, monkeypatch):
    path = tmp_path / VAULT_FILE
    kept = key.get_secret_value()
    (tmp_path / "hub.key").write_text(f"{kept}\n")
    in_file = find_keys(path, {"HUB_SECRETS_KEY_FILE": "hub.key"})
    assert (in_file.place, [k.get_secret_value() for k in in_file.keys]) == ("file", [kept])
    both = find_keys(path, {"HUB_SECRETS_KEY": f"{kept}, other", "HUB_SECRETS_KEY_FILE": "hub.key"})
    assert (both.place, len(both.keys)) == ("environment", 2)
    with pytest.raises(VaultError, match="no key for it"):
        find_keys(path, {})
    with pytest.raises(VaultError, match="cannot be read"):
        find_keys(path, {"HUB_SECRETS_KEY_FILE": "nowhere"})


def test_the_key_may_stand_in_the_env_file_beside_the_configuration(tmp_path, key):
    (tmp_path / ".env").write_text(f"HUB_SECRETS_KEY={key.get_secret_value()}\n")
    assert find_keys(tmp_path / VAULT_FILE, variables_for(tmp_path, {})).place == "environment"


def configuration(folder, text, key):
    (folder / "config.yaml").write_text(text)
    environ = {"CSD_PASSWORD": "x", "HUB_SECRETS_KEY": key.get_secret_value() if key else ""}
    return load(folder / "config.yaml", plugins=PLUGINS, environ=environ)


def test_the_configuration_reads_secrets_as_bytes_and_as_text(vault, key):
    vault.put("csd-key", b"\x30\x82 der")
    vault.put("csd-password", b"clave\n")
    vault.path.with_name("csd.cer").write_bytes(b"cer")
    text = GOOD.replace("{$file: csd.key}", "{$secret: csd-key}").replace(
        "{$env: CSD_PASSWORD}", "{$secret: csd-password}"
    )
    csd = configuration(vault.path.parent, text.split("sources:")[0], key).issuers["tienda"].csd
    assert csd.private_key.get_secret_value() == b"\x30\x82 der"
    assert csd.password.get_secret_value() == "clave"


@pytest.mark.parametrize(
    ("name", "with_key", "said"),
    [("nobody", True, "there is no secret nobody"), ("csd-key", False, "there is no key for it")],
)
def test_a_secret_that_cannot_be_had_is_a_problem_with_its_place(vault, key, name, with_key, said):
    vault.put("csd-key", CANARY)
    vault.path.with_name("csd.cer").write_bytes(b"cer")
    text = GOOD.replace("{$file: csd.key}", f"{{$secret: {name}}}")
    with pytest.raises(ConfigProblems) as refused:
        configuration(vault.path.parent, text.split("sources:")[0], key if with_key else None)
    assert said in str(refused.value)
    assert VAULT_FILE in str(refused.value)
    assert CANARY.decode() not in str(refused.value)


def test_problems_are_config_errors():
    assert issubclass(ConfigProblems, ConfigError)
