"""The tables of the REST API: keys, requests that must not be done twice, and who wants to hear of events."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from .types import BigId, UtcDateTime


class ApiKey(SQLModel, table=True):
    """A key of the REST API, bound to a source. Of the key itself only its hash is kept."""

    __tablename__: ClassVar[str] = "api_key"

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    source: str = Field(max_length=100, index=True)
    label: str = Field(max_length=100)
    """Whose it is, in the merchant's words."""
    hash: str = Field(max_length=64, unique=True)
    """SHA-256 of the key, which is random and long: nobody finds it by trying."""
    live: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiRequest(SQLModel, table=True):
    """A request that its sender named with an Idempotency-Key: the same key with another body is a mistake."""

    __tablename__: ClassVar[str] = "api_request"

    source: str = Field(max_length=100, primary_key=True)
    key: str = Field(max_length=200, primary_key=True)
    digest: str = Field(max_length=64)
    """SHA-256 of what was asked: where, and the body in its canonical form."""
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Hook(SQLModel, table=True):
    """A subscription: whenever that happens, tell this address."""

    __tablename__: ClassVar[str] = "hook"
    __table_args__ = (UniqueConstraint("key_id", "event", "target_url", name="uq_hook"),)

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    key_id: int = Field(foreign_key="api_key.id", index=True, sa_type=BigId)
    event: str = Field(max_length=40, index=True)
    target_url: str = Field(max_length=254)
    created_at: datetime = Field(sa_type=UtcDateTime)
