"""Where the keys of the vault are: the environment, a file, or the keyring of the operating system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from .dotenv import read_dotenv
from .vault import VaultError, write_private

KEY, KEY_FILE = "HUB_SECRETS_KEY", "HUB_SECRETS_KEY_FILE"
_SERVICE = "autofactura-hub"


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """The keys, the newest first, and the place they were found in.

    Attributes:
        place: `environment` cannot be written by the hub; a key file and the keyring can.
        where: for people: the variable, the file, or the keyring's entry.
    """

    place: Literal["environment", "file", "keyring"]
    where: str
    keys: Sequence[SecretStr]

    def replaced(self, keys: Sequence[SecretStr]) -> "VaultKeys":
        """Write other keys to the same place.

        Raises:
            VaultError: the place cannot be written.
        """
        text = " ".join(key.get_secret_value() for key in keys)
        if self.place == "environment":
            raise VaultError(f"{self.where} is not the hub's to write")
        if self.place == "file":
            write_private(Path(self.where), f"{text}\n".encode())
        else:
            _keep(self.where, text)
        return VaultKeys(self.place, self.where, keys)


def new_key() -> SecretStr:
    """A fresh key."""
    from cryptography.fernet import Fernet

    return SecretStr(Fernet.generate_key().decode())


def variables_for(folder: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, and what the `.env` of a configuration's folder adds to it."""
    return {**(read_dotenv(folder / ".env") or {}), **environ}


def find_keys(vault: Path, variables: Mapping[str, str]) -> VaultKeys:
    """The keys of this vault: `HUB_SECRETS_KEY`, else the file of `HUB_SECRETS_KEY_FILE`, else the keyring.

    Raises:
        VaultError: there is none.
    """
    if variables.get(KEY, "").strip():
        return VaultKeys("environment", KEY, _parsed(variables[KEY]))
    if variables.get(KEY_FILE, "").strip():
        return in_file(vault.parent / variables[KEY_FILE].strip())
    return in_keyring(vault)


def in_file(path: Path) -> VaultKeys:
    """The keys of a key file.

    Raises:
        VaultError: it cannot be read or holds none.
    """
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise VaultError(f"the key file {path} cannot be read", f"correct {KEY_FILE}, or `hub secrets key`") from None
    return VaultKeys("file", str(path), _parsed(text))


def in_keyring(vault: Path) -> VaultKeys:
    """The keys that the operating system keeps for this vault.

    Raises:
        VaultError: it keeps none.
    """
    entry = str(vault)
    text = _kept(entry)
    if not text:
        raise VaultError(
            "there is no key for it", f"set {KEY} or {KEY_FILE}, or install `keyring`; `hub secrets key` makes a key"
        )
    return VaultKeys("keyring", entry, _parsed(text))


def _parsed(text: str) -> list[SecretStr]:
    keys = [SecretStr(word) for word in text.replace(",", " ").split()]
    if not keys:
        raise VaultError("the key is empty", "`hub secrets key` makes one")
    return keys


def _kept(entry: str) -> str | None:
    try:
        import keyring

        found: str | None = keyring.get_password(_SERVICE, entry)
    except Exception:  # each keyring has errors of its own, and none means more than "not here"
        return None
    return found


def _keep(entry: str, text: str) -> None:
    try:
        import keyring

        keyring.set_password(_SERVICE, entry, text)
    except Exception as error:
        raise VaultError(f"the keyring takes no key: {type(error).__name__}", "use a key file") from None
