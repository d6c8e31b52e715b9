"""Logs: one line for one fact, for people or machines, and never a secret."""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

import structlog
from pydantic import BaseModel, SecretBytes, SecretStr

from hub.config import LogSettings

MASK = "[secret]"
SHORTEST = 8  # masking shorter values would mask half of every line


def configure(settings: LogSettings, secrets: Iterable[str] = ()) -> None:
    """Set up structlog and the standard library's logging behind one redactor."""
    level = getattr(logging, settings.level.upper())
    machine = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    last: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if machine
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        Redactor(secrets),
    ]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[_drop_meta, *last], foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))


class Redactor:
    """Replaces every known secret in every value, longest first, exceptions included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted({s for s in secrets if len(s) >= SHORTEST}, key=len, reverse=True)

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A structlog processor."""
        if event.get("exc_info"):
            event = structlog.processors.format_exc_info(_logger, _method, event)
        return {key: self.clean(value) for key, value in event.items()}

    def clean(self, value: Any) -> Any:
        """The value without secrets."""
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, MASK)
        elif isinstance(value, Exception):
            return self.clean(f"{type(value).__name__}: {value}")
        return value


def secrets_in(value: object) -> Iterator[str]:
    """Every secret value inside settings or a plugin's configuration."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from secrets_in(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from secrets_in(inner)
    elif isinstance(value, (list, tuple, set, frozenset)) and not isinstance(value, SecretBytes):
        for inner in value:
            yield from secrets_in(inner)


def _drop_meta(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event
