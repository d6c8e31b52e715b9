"""The migration of a version that does not exist yet, made by a process of its own."""

import subprocess
import sys
from pathlib import Path

from tests.support.process import environment

FUTURE = "9999"
_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, branch_labels, depends_on = "9999", None, None
down_revision = {before!r}


def upgrade():
    for table in ("inbox", "ticket", "cfdi", "delivery", "event"):
        op.add_column(table, sa.Column("colour", sa.String(20), nullable=True))
        op.add_column(table, sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_cfdi_colour", "cfdi", ["colour"])
    op.create_table("paint", sa.Column("id", sa.Integer(), primary_key=True))
"""
_PROGRAM = """
import sys
from pathlib import Path
from hub.store import Store, revisions

url, folder = sys.argv[1:]
migration = Path(folder) / "9999_the_future.py"
migration.write_text(Path(folder, "9999.txt").read_text().replace("{before!r}", repr(revisions.known()[-1])))


class NextVersion(Store):
    @staticmethod
    def _alembic(connection):
        config = Store._alembic(connection)
        config.set_main_option("version_locations", f"{revisions.FOLDER / 'versions'} {folder}")
        return config


NextVersion(url).migrate(to="9999")
"""


def migrate_to_the_future(url: str, folder: Path) -> "subprocess.Popen[bytes]":
    """Begin it; the process ends with 0 when the tables are those of the next version."""
    versions = folder / "future"
    versions.mkdir()
    (versions / "9999.txt").write_text(_MIGRATION, encoding="utf-8")
    return subprocess.Popen([sys.executable, "-c", _PROGRAM, url, str(versions)], env=environment())
