"""Which operations of a migration the version before it can live with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class Recorder:
    """Stands for `alembic.op`: does nothing, and says what an older version would stumble over."""

    def __init__(self, table: str | None = None, found: "Recorder | None" = None) -> None:
        self._table = table
        self.complaints: list[str] = found.complaints if found else []
        self.made: set[str] = found.made if found else set()

    def create_table(self, name: str, *_: Any, **__: Any) -> None:
        """Nobody knows it yet."""
        self.made.add(name)

    def create_index(self, name: str, table: str, *_: Any, unique: bool = False, **__: Any) -> None:
        """Anywhere; a unique one only where nobody writes yet, for the old version does not know the rule."""
        if unique and (self._table or table) not in self.made:
            self.complaints.append(f"the unique index {name} refuses what the old version may write")

    def drop_index(self, *_: Any, **__: Any) -> None:
        """What it is good for is speed alone."""

    def add_column(self, *given: Any, **_: Any) -> None:
        """One that the old version may leave out."""
        column = given[-1]
        if not column.nullable and column.server_default is None:
            self.complaints.append(f"the column {column.name} is not null, and the old version does not fill it")

    @contextmanager
    def batch_alter_table(self, table: str, **_: Any) -> "Iterator[Recorder]":
        """The same operations on one table."""
        yield Recorder(table, self)

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Everything else."""

        def complain(*given: Any, **_: Any) -> None:
            self.complaints.append(f"{name}{given[:2]} takes away or changes what the old version uses")

        return complain


def complaints_of(migration: ModuleType) -> list[str]:
    """What stands in the way of running the version before beside this one."""
    recorder, real = Recorder(), migration.op
    migration.op = recorder  # type: ignore[attr-defined]
    try:
        migration.upgrade()
    finally:
        migration.op = real  # type: ignore[attr-defined]
    return recorder.complaints
