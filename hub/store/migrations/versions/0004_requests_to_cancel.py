"""Requests to cancel, with what was signed and SAT's acuse."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import BigId, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cancellation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("cfdi_id", BigId, nullable=False),
        sa.Column("motivo", sa.String(2), nullable=False),
        sa.Column("folio_sustitucion", sa.String(36), nullable=True),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("acuse", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["cfdi_id"], ["cfdi.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_cancellation_cfdi_id", "cancellation", ["cfdi_id"])
