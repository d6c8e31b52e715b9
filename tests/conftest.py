"""Fixtures of the whole suite: every test that touches the database runs on both."""

import os
import secrets
from collections.abc import Iterator

import psycopg
import pytest

POSTGRESQL = os.environ.get("HUB_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")


def _postgresql_answers() -> bool:
    try:
        psycopg.connect(POSTGRESQL, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


ANSWERS = _postgresql_answers()
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=BOTH)
def database_url(request, tmp_path) -> Iterator[str]:
    """The address of an empty database, gone after the test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/hub.db"
        return
    if not ANSWERS:
        pytest.skip("no PostgreSQL answers at HUB_TEST_POSTGRESQL; the suite ran on SQLite alone")
    name = f"hub_test_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield POSTGRESQL.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
