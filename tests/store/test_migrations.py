"""The migrations make exactly the tables that the code believes in."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from hub.plugin import ConfigError
from hub.store import Store


def test_migrated_tables_equal_the_models(database_url):
    store = Store(database_url)
    assert not store.is_current()
    store.migrate()
    assert store.is_current()
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    store.close()


def test_migrating_twice_changes_nothing(database_url):
    store = Store(database_url)
    store.migrate()
    store.migrate()
    assert store.is_current()
    store.close()


@pytest.mark.parametrize("url", ["sqlite://", "mysql://root@localhost/hub"])
def test_other_databases_are_refused_with_words(url):
    with pytest.raises(ConfigError, match=r"database\.url"):
        Store(url)
