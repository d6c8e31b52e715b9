"""Column types that keep promises: aware times in UTC, exact money, JSON."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from hub.plugin.storable import fit
from hub.secrecy import masked

_DOUBTFUL = re.compile(r"\\u(?:0000|d[89a-f])")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime; stored in UTC, refused if naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return _utc_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _read_utc if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a datetime without a time zone")
    return value.astimezone(UTC)


def _utc_text(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it into SQLite, at a third of the cost: times are most of what is written."""
    return None if value is None else _in_utc(value).isoformat(" ", "microseconds")[:26]


def _read_utc(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class Money(TypeDecorator[Decimal]):
    """An exact amount. SQLite has no decimals of its own, so there it is text."""

    impl = Numeric(24, 6)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(32)) if dialect.name == "sqlite" else Numeric(24, 6)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else _plain(Decimal(value))


class Said(TypeDecorator[str]):
    """What an error or the outside said: stored without the secrets that it may quote, and no longer than fits."""

    impl = String
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else fit(masked(value))[: self.length]


class JsonText(str):
    """The value of a JSON column that is written out already, by whoever does that at a fraction of the cost."""

    __slots__ = ()


def json_text(value: Any) -> str:
    """JSON as both databases keep it: what somebody said may hold what PostgreSQL refuses."""
    text = str(value) if isinstance(value, JsonText) else json.dumps(value)
    if not _DOUBTFUL.search(text):
        return text
    return json.dumps(_fit(json.loads(text)))


def _fit(value: Any) -> Any:
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, dict):
        return {fit(name): _fit(inner) for name, inner in value.items()}
    return [_fit(inner) for inner in value] if isinstance(value, list | tuple) else value


def _plain(value: Decimal) -> Decimal:
    # PostgreSQL answers 1160.000000: keep at least cents and drop what nobody wrote.
    short = value.normalize()
    exponent = short.as_tuple().exponent
    return short if isinstance(exponent, int) and exponent <= -2 else value.quantize(Decimal("0.01"))


Json = JSON().with_variant(JSONB(), "postgresql")
BigId = BigInteger().with_variant(Integer(), "sqlite")
