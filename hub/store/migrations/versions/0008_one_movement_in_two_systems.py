"""One movement of money in two systems: what the second told, and by which names they find each other."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import BigId, Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_sale",
        sa.Column("id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("movement_key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("sale", Json, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "movement_key", name="uq_ticket_sale_movement"),
    )
    op.create_index("ix_ticket_sale_ticket_id", "ticket_sale", ["ticket_id"])
    op.create_table(
        "link_name",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("movement_key", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", "source", "movement_key"),
    )
    op.create_table(
        "link_turn",
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("issuer"),
    )
    op.add_column("ticket", sa.Column("linked", Json, nullable=True))
