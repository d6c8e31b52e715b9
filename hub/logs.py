"""Logs: one line for one fact, for people or machines, and never a secret."""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from pydantic import BaseModel, SecretBytes, SecretStr

from hub.config import LogSettings, PluginConfigs, Settings, read_options
from hub.secrecy import Mask

_PLAIN = (int, float, bool, type(None))


def configure(settings: LogSettings, secrets: Iterable[str | bytes] = ()) -> None:
    """Set up structlog and the standard library's logging behind one redactor."""
    level = getattr(logging, settings.level.upper())
    machine = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if machine else _for_people()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        Redactor(secrets),
    ]
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[remove_meta, last], foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))


def _for_people() -> Any:
    # Tracebacks arrive as text: the pretty ones show local variables, and with them secrets and buyers.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)


class Redactor:
    """Replaces every known secret in every value, exceptions included."""

    def __init__(self, secrets: Iterable[str | bytes]) -> None:
        self._masked = Mask(secrets)

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A structlog processor."""
        if event.get("exc_info"):
            event = structlog.processors.format_exc_info(_logger, _method, event)
        return {key: value if key.startswith("_") else self.clean(value) for key, value in event.items()}

    def clean(self, value: Any) -> Any:
        """The value without secrets; what is no plain value becomes its text, since that is what would be written."""
        if isinstance(value, str):
            return self._masked(value)
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, Mapping):
            return {self._masked(str(key)): self.clean(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple, AbstractSet)):
            return [self.clean(inner) for inner in value]
        if isinstance(value, BaseException):
            return self._masked(f"{type(value).__name__}: {value}")
        return self._masked(str(value))


def secrets_of(settings: Settings, plugins: PluginConfigs) -> set[str | bytes]:
    """Every secret of a configuration, the plugins' own and the database's password included."""
    options = read_options(settings, plugins)
    typed = [config for kind in (options.pacs, options.sources, options.notifiers) for config in kind.values()]
    return {*secrets_in(settings), *secrets_in(typed), *_passwords_in(settings.database_url())}


def _passwords_in(url: str) -> Iterator[str]:
    """As they are written in the address and as the driver says them."""
    try:
        parts = urlsplit(url)
    except ValueError:  # no address at all; whoever connects says so
        return
    if parts.password:
        yield from (parts.password, unquote(parts.password))
    for name in ("password", "sslpassword"):
        yield from parse_qs(parts.query).get(name, ())


def secrets_in(value: object) -> Iterator[str | bytes]:
    """Every secret inside settings or a plugin's configuration."""
    if isinstance(value, SecretStr | SecretBytes):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from secrets_in(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from secrets_in(inner)
    elif isinstance(value, (list, tuple, AbstractSet)):
        for inner in value:
            yield from secrets_in(inner)
