"""PostgreSQL's own programs: pg_dump and pg_restore, where they are installed."""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy import URL, Engine, inspect

from hub.plugin import ConfigError
from hub.secrecy import masked

ALEMBIC = "alembic_version"
UNFINISHED = "alembic_version_of_the_backup"
"""The name of Alembic's table until a restored database is marked as one: nothing works on it before."""


def dump(url: URL, to: Path, tables: Sequence[str]) -> None:
    """The tables of the hub as they are at one moment. Procrastinate's are left out: jobs are no truth.

    Raises:
        ConfigError: pg_dump is missing or fails.
    """
    chosen = [f"--table={name}" for name in (*tables, ALEMBIC)]
    command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}", *chosen]
    with _started(_at(command, url), url) as dumping:
        dumping.must_end_well()


def load(url: URL, dumped: Path) -> None:
    """Everything or nothing into an empty database, which no hub takes for its own yet.

    Raises:
        ConfigError: pg_restore or psql is missing or fails.
    """
    psql = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    script = ["pg_restore", "--no-owner", "--no-privileges", "--file=-", str(dumped)]
    with (
        _started(script, stdout=subprocess.PIPE) as reading,
        _started(_at(psql, url), url, stdin=subprocess.PIPE) as told,
    ):
        assert reading.program.stdout is not None
        assert told.program.stdin is not None
        try:
            schema = _pass_on(reading.program.stdout, told.program.stdin)
            reading.must_end_well()
            told.program.stdin.write(f"ALTER TABLE {schema}{ALEMBIC} RENAME TO {UNFINISHED};\n".encode())
            told.program.stdin.close()
        except BrokenPipeError:
            pass  # psql ended first, and says why
        told.must_end_well()


def is_unfinished(engine: Engine) -> bool:
    """Whether a restore into this database was interrupted."""
    return inspect(engine).has_table(UNFINISHED)


def _pass_on(script: IO[bytes], to: IO[bytes]) -> str:
    """The schema of the tables, which the script names before each."""
    schema, head = "", b""
    while chunk := script.read(1 << 16):
        if not schema:
            head += chunk
            schema = _schema_of(head)
        to.write(chunk)
    return schema


def _schema_of(script: bytes) -> str:
    found = re.search(rb"CREATE TABLE (\S+\.)" + ALEMBIC.encode() + rb" \(", script)
    return found[1].decode() if found else ""


@dataclass(frozen=True, slots=True)
class _Program:
    program: subprocess.Popen[bytes]
    says: IO[bytes]

    def must_end_well(self) -> None:
        if self.program.wait() == 0:
            return
        self.says.seek(0)
        says = masked(self.says.read().decode(errors="replace")).strip()[:500]
        name = Path(str(self.program.args[0])).name  # type: ignore[index]
        hint = "PostgreSQL's programs must be as new as the server, and the user may read and make tables"
        raise ConfigError(f"{name} failed: {says}", hint=hint)


@contextmanager
def _started(
    command: list[str], url: URL | None = None, *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[_Program]:
    """Gone after the block; psql that is killed rolls back."""
    password = {"PGPASSWORD": str(url.password)} if url is not None and url.password else {}
    with TemporaryFile() as says:
        try:
            program = subprocess.Popen(  # noqa: S603 (the words are ours, and no shell reads them)
                command, stdin=stdin, stdout=stdout, stderr=says, env={**os.environ, **password}
            )
        except FileNotFoundError:
            hint = "install PostgreSQL's client programs, or see docs/operate/backup.md for other ways"
            raise ConfigError(f"{command[0]} is not installed here", hint=hint) from None
        with program:
            try:
                yield _Program(program, says)
            finally:
                program.kill()


def _at(command: list[str], url: URL) -> list[str]:
    """With the address, but not the password, which everybody on the machine could read."""
    return [*command, f"--dbname={url.set(drivername='postgresql', password=None).render_as_string()}"]
