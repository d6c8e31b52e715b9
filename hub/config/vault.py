"""Secrets at rest: a file of encrypted values beside the configuration, which `{$secret: name}` reads.

Each value is a Fernet token (AES-128-CBC with HMAC-SHA256, of `cryptography`) over its name and its bytes, so
that no value can be put under another name. The first key encrypts, all keys decrypt: that is how keys rotate.
"""

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import SecretBytes, SecretStr

FILE = "secrets.vault"
MAX_SECRET_BYTES = 5_000_000
_FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")


class VaultError(Exception):
    """The vault cannot be used; says why and what to do next.

    Args:
        reason: follows the name of the file or of the key.
        hint: what to do next.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class Vault:
    """One vault file and the keys that open it."""

    def __init__(self, path: Path, keys: Sequence[SecretStr]) -> None:
        """Open it; a file that does not exist is an empty vault.

        Args:
            path: the vault file.
            keys: Fernet keys (32 bytes in URL-safe base64), the newest first; at least one.

        Raises:
            VaultError: a key or the file is not usable.
        """
        from cryptography.fernet import Fernet, MultiFernet

        try:
            self._cipher = MultiFernet([Fernet(key.get_secret_value()) for key in keys])
        except ValueError:
            raise VaultError("is not a usable key", "`hub secrets key` makes one") from None
        self.path = path
        self._tokens = dict(_read(path))

    @property
    def names(self) -> list[str]:
        """What is kept, sorted."""
        return sorted(self._tokens)

    def get(self, name: str) -> SecretBytes:
        """The value of a name.

        Raises:
            VaultError: there is no such secret, or these keys do not open it.
        """
        from cryptography.fernet import InvalidToken

        if name not in self._tokens:
            raise VaultError(f"there is no secret {name} in it", "`hub secrets set` keeps one")
        try:
            kept = json.loads(self._cipher.decrypt(self._tokens[name]))
        except InvalidToken:
            raise VaultError(f"the key does not open the secret {name}", "give the key that it was kept with") from None
        if kept["name"] != name:
            raise VaultError(f"the value of {name} was kept under another name", "set it again")
        return SecretBytes(b64decode(kept["value"]))

    def put(self, name: str, value: bytes) -> None:
        """Keep a value under a name, and write the file.

        Raises:
            VaultError: the name or the size is not allowed.
        """
        if not _NAME.fullmatch(name):
            raise VaultError(f"{name!r} is not a usable name", "lower case letters, digits, - _ and ., up to 80")
        if not value or len(value) > MAX_SECRET_BYTES:
            raise VaultError("a secret has between 1 byte and 5 MB")
        self._tokens[name] = self._sealed(name, value)
        self._write()

    def remove(self, name: str) -> None:
        """Forget a secret, and write the file.

        Raises:
            VaultError: there is no such secret.
        """
        if self._tokens.pop(name, None) is None:
            raise VaultError(f"there is no secret {name} in it")
        self._write()

    def rotate(self) -> int:
        """Encrypt everything anew with the first key; answers how many. All or nothing.

        Raises:
            VaultError: a secret opens with none of the keys.
        """
        self._tokens = {name: self._sealed(name, self.get(name).get_secret_value()) for name in self._tokens}
        self._write()
        return len(self._tokens)

    def _sealed(self, name: str, value: bytes) -> str:
        return self._cipher.encrypt(json.dumps({"name": name, "value": b64encode(value).decode()}).encode()).decode()

    def _write(self) -> None:
        write_private(self.path, json.dumps({"version": _FORMAT, "secrets": self._tokens}, indent=1).encode())


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads: the old or the new content, whatever happens meanwhile."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path) -> Mapping[str, str]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise VaultError(f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise VaultError("is not a vault, or was cut short", "restore it from a backup") from None
    tokens = content.get("secrets") if isinstance(content, dict) else None
    if not isinstance(tokens, dict) or not all(isinstance(token, str) for token in tokens.values()):
        raise VaultError("is not a vault, or was cut short", "restore it from a backup")
    if content.get("version") != _FORMAT:
        raise VaultError("was written by a newer version of the hub", "update this one")
    return tokens
