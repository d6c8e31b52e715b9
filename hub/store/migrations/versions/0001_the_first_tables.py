"""The first tables."""

import sqlalchemy as sa
from alembic import op

from hub.store.types import BigId, Json, Money, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "buyer",
        sa.Column("id", BigId, nullable=False),
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("rfc", sa.String(13), nullable=False),
        sa.Column("nombre", sa.String(300), nullable=False),
        sa.Column("codigo_postal", sa.String(5), nullable=False),
        sa.Column("regimen_fiscal", sa.String(3), nullable=False),
        sa.Column("uso_cfdi", sa.String(4), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("buyer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buyer_rfc"), ["rfc"], unique=False)

    op.create_table(
        "cfdi",
        sa.Column("id", BigId, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("tipo", sa.String(1), nullable=False),
        sa.Column("serie", sa.String(25), nullable=False),
        sa.Column("folio", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("pac", sa.String(100), nullable=False),
        sa.Column("rfc_emisor", sa.String(13), nullable=False),
        sa.Column("rfc_receptor", sa.String(13), nullable=False),
        sa.Column("nombre_receptor", sa.String(300), nullable=False),
        sa.Column("total", Money(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.Column("sello_sha256", sa.String(64), nullable=False),
        sa.Column("uuid", sa.String(36), nullable=True),
        sa.Column("stamped_at", UtcDateTime(), nullable=True),
        sa.Column("in_doubt_since", UtcDateTime(), nullable=True),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer", "serie", "folio", name="uq_cfdi_folio"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("sello_sha256"),
        sa.UniqueConstraint("uuid"),
    )
    with op.batch_alter_table("cfdi", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cfdi_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at IS NOT NULL"),
            sqlite_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_cfdi_issuer"), ["issuer"], unique=False)
        batch_op.create_index(batch_op.f("ix_cfdi_state"), ["state"], unique=False)

    op.create_table(
        "condition",
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("entity", sa.String(20), nullable=False),
        sa.Column("entity_id", BigId, nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("before", sa.String(20), nullable=False),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_entity", ["entity", "entity_id"], unique=False)
        batch_op.create_index(
            "ix_event_untold",
            ["id"],
            unique=False,
            postgresql_where=sa.text("NOT told"),
            sqlite_where=sa.text("NOT told"),
        )

    op.create_table(
        "folio",
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("serie", sa.String(25), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "serie"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", BigId, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("delivery_key", sa.String(200), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "kind", "delivery_key", name="uq_inbox_delivery"),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at IS NOT NULL"),
            sqlite_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_inbox_state"), ["state"], unique=False)

    op.create_table(
        "job_run",
        sa.Column("job", sa.String(60), nullable=False),
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("result", Json, nullable=True),
        sa.PrimaryKeyConstraint("job", "period"),
    )
    op.create_table(
        "payment",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("payment_key", sa.String(200), nullable=False),
        sa.Column("movement_key", sa.String(200), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("forma_pago", sa.String(2), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "payment_key", name="uq_payment_key"),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_movement_key"), ["movement_key"], unique=False)

    op.create_table(
        "refund",
        sa.Column("id", BigId, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("refund_key", sa.String(200), nullable=False),
        sa.Column("movement_key", sa.String(200), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("refunded_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "refund_key", name="uq_refund_key"),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_movement_key"), ["movement_key"], unique=False)

    op.create_table(
        "source_state",
        sa.Column("id", BigId, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("plugin", sa.String(60), nullable=False),
        sa.Column("complete_until", UtcDateTime(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    with op.batch_alter_table("source_state", schema=None) as batch_op:
        batch_op.create_index(
            "ix_source_state_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at IS NOT NULL"),
            sqlite_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "ticket",
        sa.Column("id", BigId, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("movement_key", sa.String(200), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("canonical_reference", sa.String(100), nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.Column("purchase_link", sa.String(64), nullable=False),
        sa.Column("sold_at", UtcDateTime(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total", Money(), nullable=False),
        sa.Column("refunded", Money(), nullable=False),
        sa.Column("sale", Json, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("difference", sa.String(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("receiver", Json, nullable=True),
        sa.Column("claimed_by", sa.String(20), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("typed", Json, nullable=True),
        sa.Column("problems", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("link"),
        sa.UniqueConstraint("purchase_link"),
        sa.UniqueConstraint("source", "movement_key", name="uq_ticket_movement"),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_canonical_reference"), ["canonical_reference"], unique=False)
        batch_op.create_index(
            "ix_ticket_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at IS NOT NULL"),
            sqlite_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_ticket_issuer"), ["issuer"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_sold_at"), ["sold_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_state"), ["state"], unique=False)

    op.create_table(
        "tries",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "buyer_key",
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("buyer_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"],
            ["buyer.id"],
        ),
        sa.PrimaryKeyConstraint("issuer", "key"),
    )
    with op.batch_alter_table("buyer_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buyer_key_buyer_id"), ["buyer_id"], unique=False)

    op.create_table(
        "cfdi_ticket",
        sa.Column("cfdi_id", BigId, nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cfdi_id"],
            ["cfdi.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("cfdi_id", "ticket_id"),
    )
    with op.batch_alter_table("cfdi_ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cfdi_ticket_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "uq_one_live_cfdi",
            ["ticket_id"],
            unique=True,
            postgresql_where=sa.text("live"),
            sqlite_where=sa.text("live"),
        )

    op.create_table(
        "cfdi_xml",
        sa.Column("cfdi_id", BigId, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("stamped", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cfdi_id"],
            ["cfdi.id"],
        ),
        sa.PrimaryKeyConstraint("cfdi_id"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", BigId, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(32), nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("notifier", sa.String(100), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("ticket_id", BigId, nullable=True),
        sa.Column("cfdi_id", BigId, nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cfdi_id"],
            ["cfdi.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_cfdi_id"), ["cfdi_id"], unique=False)
        batch_op.create_index(
            "ix_delivery_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("due_at IS NOT NULL"),
            sqlite_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_delivery_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_delivery_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "help_request",
        sa.Column("id", BigId, nullable=False),
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("ticket_id", BigId, nullable=True),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("message", sa.String(2000), nullable=False),
        sa.Column("data", Json, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_request_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "ticket_alias",
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("alias", sa.String(200), nullable=False),
        sa.Column("ticket_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
        ),
        sa.PrimaryKeyConstraint("source", "alias"),
    )
    with op.batch_alter_table("ticket_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_alias_ticket_id"), ["ticket_id"], unique=False)
