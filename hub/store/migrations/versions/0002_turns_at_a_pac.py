"""Turns at a PAC: its health, the calls under way, who waits; and documents made anew."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import BigId, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

QUEUED = sa.text("queued_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("cfdi", schema=None) as batch_op:
        batch_op.add_column(sa.Column("never_stamped_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("queued_at", UtcDateTime(), nullable=True))
    op.create_index("ix_cfdi_queue", "cfdi", ["pac", "queued_at"], postgresql_where=QUEUED, sqlite_where=QUEUED)

    op.create_table(
        "pac_health",
        sa.Column("pac", sa.String(100), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("open_until", UtcDateTime(), nullable=True),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("pac"),
    )
    op.create_table(
        "pac_call",
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("pac", sa.String(100), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_pac_call_pac", "pac_call", ["pac"])

    op.create_table(
        "cfdi_resealed",
        sa.Column("cfdi_id", BigId, nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["cfdi_id"], ["cfdi.id"]),
        sa.PrimaryKeyConstraint("cfdi_id", "sealed_at"),
    )
