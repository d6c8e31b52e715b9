"""The migrations make exactly the tables that the code believes in."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from hub.plugin import ConfigError
from hub.store import Store, revisions


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


def test_the_names_of_the_files_tell_what_alembic_knows():
    script = ScriptDirectory(str(revisions.FOLDER))
    in_order = [one.revision for one in script.walk_revisions()][::-1]
    assert list(revisions.known()) == in_order
    assert script.get_heads() == in_order[-1:]


@pytest.mark.parametrize("url", ["sqlite://", "mysql://root@localhost/hub"])
def test_other_databases_are_refused_with_words(url):
    with pytest.raises(ConfigError, match=r"database\.url"):
        Store(url)
