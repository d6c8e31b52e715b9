"""Months are found by index: tickets, documents, refunds and payments of an issuer's days."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ticket_issuer_sold_at", "ticket", ["issuer", "sold_at"])
    op.create_index("ix_cfdi_issuer_sealed_at", "cfdi", ["issuer", "sealed_at"])
    op.create_index("ix_refund_source_refunded_at", "refund", ["source", "refunded_at"])
    op.create_index("ix_payment_source_paid_at", "payment", ["source", "paid_at"])
    op.drop_index("ix_ticket_issuer", "ticket")
    op.drop_index("ix_cfdi_issuer", "cfdi")
