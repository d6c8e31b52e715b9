"""Empty databases, gone afterwards, on PostgreSQL where a server answers."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import psycopg

POSTGRESQL = os.environ.get("HUB_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


@cache
def postgresql_answers() -> bool:
    """Whether there is a server."""
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgresql_database() -> Iterator[str]:
    """The address of an empty database."""
    name = f"hub_test_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield POSTGRESQL.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(POSTGRESQL, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
