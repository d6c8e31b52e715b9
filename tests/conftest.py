"""Fixtures of the whole suite: every test that touches the database runs on both."""

from collections.abc import Iterator

import pytest

from tests.support.databases import postgresql_answers, postgresql_database

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=BOTH)
def database_url(request, tmp_path) -> Iterator[str]:
    """The address of an empty database, gone after the test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/hub.db"
        return
    if not postgresql_answers():
        pytest.skip("no PostgreSQL answers at HUB_TEST_POSTGRESQL; the suite ran on SQLite alone")
    with postgresql_database() as url:
        yield url
