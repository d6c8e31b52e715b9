"""What sources were told about their sales, and what they are still to be told."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import BigId, Said, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "write_back",
        sa.Column("id", BigId, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_write_back_due", "write_back", ["due_at"], postgresql_where=due, sqlite_where=due)
    op.create_table(
        "write_back_item",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("ticket_id", BigId, nullable=True),
        sa.Column("problem", Said(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=True),
        sa.Column("refused", Said(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "external_id", name="uq_write_back_item"),
    )
    op.create_index("ix_write_back_item_ticket_id", "write_back_item", ["ticket_id"])
    wanted, problem = sa.text("wanted"), sa.text("problem <> ''")
    op.create_index(
        "ix_write_back_item_wanted",
        "write_back_item",
        ["source", "id"],
        postgresql_where=wanted,
        sqlite_where=wanted,
    )
    op.create_index(
        "ix_write_back_item_problem",
        "write_back_item",
        ["source"],
        postgresql_where=problem,
        sqlite_where=problem,
    )
