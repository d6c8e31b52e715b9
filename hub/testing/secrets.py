"""Watch every place where a secret could come to light while a plugin works."""

import base64
import contextlib
import io
import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any, get_args, get_origin
from urllib.parse import quote, quote_plus

import structlog
from pydantic import BaseModel, SecretBytes, SecretStr

_SECRET_WORDS = frozenset({"secret", "token", "password", "passwd", "passphrase", "credentials", "contrasena"})
_SECRET_ENDINGS = frozenset({"key", "keys"})
_PUBLIC_WORDS = frozenset({"public", "publishable"})
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


def secrets_of(config: BaseModel) -> list[str]:
    """Every secret value of a configuration, nested ones too; those left empty are none."""
    return [secret for _, value in config for secret in _revealed(value) if secret]


def sounds_secret(field: str) -> bool:
    """True for names such as `api_key` and `webhook_secret`."""
    words = field.lower().split("_")
    if _PUBLIC_WORDS & set(words):
        return False
    return bool(_SECRET_WORDS & set(words)) or words[-1] in _SECRET_ENDINGS


def is_secret_type(annotation: Any) -> bool:
    """True if text of this type cannot be printed: `SecretStr`, `SecretStr | None`, `list[SecretStr]`."""
    leaves = set(_leaves(annotation))
    return bool(leaves & {SecretStr, SecretBytes}) and not leaves & {str, bytes}


class Watch:
    """What was logged, printed or shown while it watched."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def show(self, where: str, value: object) -> None:
        """Add a value as `repr` and `str` show it; an exception with its whole chain of causes."""
        texts = [repr(value), str(value)]
        if isinstance(value, BaseException):
            texts += ["".join(traceback.format_exception(value)), str(getattr(value, "hint", ""))]
        self.seen += [(where, text) for text in texts]

    def leak(self, secrets: list[str]) -> str:
        """Where a secret came to light, in plain, quoted for an address or as base64; empty if nowhere."""
        forms = {form for secret in secrets for form in (secret, quote(secret, safe=""), quote_plus(secret))}
        for where, text in self.seen:
            if any(form in part for part in (text, *_decoded(text)) for form in forms):
                return where
        return ""


@contextlib.contextmanager
def watching() -> Iterator[Watch]:
    """Capture logging at every level, structlog, and what is printed."""
    watch = Watch()
    printed = io.StringIO()
    handler = _Handler(watch)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with (
            structlog.testing.capture_logs() as events,
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            yield watch
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    watch.seen += [("a structlog event", str(event)) for event in events]
    watch.seen.append(("printed text", printed.getvalue()))


class _Handler(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.seen.append((f"a log line of {record.name}", self.format(record)))


def _revealed(value: Any) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, SecretBytes):
        yield value.get_secret_value().decode("latin-1")
    elif isinstance(value, BaseModel):
        yield from secrets_of(value)
    elif isinstance(value, dict):
        yield from (secret for item in value.values() for secret in _revealed(item))
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from (secret for item in value for secret in _revealed(item))


def _leaves(annotation: Any) -> Iterator[Any]:
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        arguments = arguments[1:]
    if not arguments:
        yield annotation
    for argument in arguments:
        yield from _leaves(argument)


def _decoded(text: str) -> Iterator[str]:
    for token in _BASE64.findall(text):
        with contextlib.suppress(ValueError):
            yield base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_").decode("latin-1")
        with contextlib.suppress(ValueError):
            yield base64.b64decode(token + "=" * (-len(token) % 4)).decode("latin-1")
