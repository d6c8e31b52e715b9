"""After a restore: which PACs are asked, and which CFDIs were found there without their sale."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import BigId, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNJOINED = sa.text("unjoined_since IS NOT NULL")
UNENDED = sa.text("ended_at IS NULL")
DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("cfdi", sa.Column("unjoined_since", UtcDateTime(), nullable=True))
    op.create_index("ix_cfdi_unjoined", "cfdi", ["issuer"], postgresql_where=UNJOINED, sqlite_where=UNJOINED)

    op.create_table(
        "restoration",
        sa.Column("id", BigId, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("pac", sa.String(100), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("restored_at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_restoration_due", "restoration", ["due_at"], postgresql_where=DUE, sqlite_where=DUE)
    op.create_index(
        "uq_one_restoration",
        "restoration",
        ["issuer", "pac"],
        unique=True,
        postgresql_where=UNENDED,
        sqlite_where=UNENDED,
    )
