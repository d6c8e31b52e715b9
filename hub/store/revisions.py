"""Which migrations there are, and which a database has, without Alembic: it is needed only where tables are changed."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

FOLDER = Path(__file__).parent / "migrations"


@cache
def known() -> tuple[str, ...]:
    """The revisions of this version from the first to the last; the name of a migration's file begins with its own."""
    return tuple(sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("*.py")))


def of(connection: Connection) -> str:
    """The last one that a database has; empty before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
