"""The .cer and .key files of a CSD, and the vault."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from hub.cfdi.csd import Csd, CsdError
from hub.config import Vault, new_key
from hub.config.vault import VaultError
from hub.testing.csd import make_csd

from ..damage import damaged
from ..target import Target, allowed


def targets(stack: ExitStack) -> list[Target]:
    own = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE")
    bare = serialization.load_der_private_key(own.key, own.password.encode())
    pem = bare.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    tried = allowed(CsdError)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    key = new_key()
    vault = Vault(folder / "secrets.vault", [key])
    vault.put("one", b"value")
    kept = vault.path.read_bytes()

    def opened(content: bytes) -> None:
        (folder / "other.vault").write_bytes(content)
        allowed(VaultError)(lambda: [Vault(folder / "other.vault", [key]).get(name) for name in ("one", "two")])

    return [
        Target("a .cer", damaged(own.cer), lambda cer: tried(lambda: Csd.load(cer, own.key, own.password))),
        Target("a .key", damaged(own.key, pem), lambda key: tried(lambda: Csd.load(own.cer, key, own.password))),
        Target("its password", damaged(own.password.encode()), lambda word: tried(
            lambda: Csd.load(own.cer, own.key, word.decode("utf-8", "surrogateescape"))
        )),
        Target("a vault", damaged(kept), opened),
    ]  # fmt: skip
