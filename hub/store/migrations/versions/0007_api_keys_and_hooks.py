"""Keys of the REST API, its named requests, and subscriptions to events."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import BigId, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("ix_api_key_source", "api_key", ["source"])
    op.create_table(
        "api_request",
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key"),
    )
    op.create_index("ix_api_request_at", "api_request", ["at"])
    op.create_table(
        "hook",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key_id", BigId, nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("target_url", sa.String(254), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_id", "event", "target_url", name="uq_hook"),
    )
    op.create_index("ix_hook_event", "hook", ["event"])
    op.create_index("ix_hook_key_id", "hook", ["key_id"])
