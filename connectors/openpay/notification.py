"""A notification: what it is about. OpenPay gives it no number and signs nothing."""

import json
import re
from dataclasses import dataclass
from typing import Any

from hub.plugin import DataError, RawRequest, Record, text_of

VERIFICATION = "verification"
ABOUT_MONEY = frozenset(
    {
        "charge.succeeded",
        "charge.refunded",
        "charge.cancelled",
        "charge.rescored.to.decline",
        "spei.received",
        "chargeback.created",
        "chargeback.accepted",
        "chargeback.rejected",
    }
)
ONCE = frozenset({"charge.succeeded", "spei.received"})
"""What can happen to a charge once only."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Notification:
    """A kind of event and the transaction that it is about."""

    kind: str
    body: Record
    transaction: Record

    @property
    def key(self) -> str:
        """What is the same for every delivery of one event, and for no other event."""
        if self.kind == VERIFICATION:
            return f"{VERIFICATION}:{self.code}"
        refund = self.transaction.get("refund")
        which = text_of(refund.get("id")) if isinstance(refund, dict) else ""
        if not which and self.kind not in ONCE:
            which = text_of(self.body.get("event_date"))
        return ":".join(filter(None, (self.kind, self.subject, which)))

    @property
    def subject(self) -> str:
        """The transaction's id.

        Raises:
            DataError: it has none.
        """
        return _id(self.transaction.get("id"), "transaction.id")

    @property
    def identifier(self) -> str:
        """What to read again: `<charge>`, or `<customer>/<charge>` for a stored customer's."""
        customer = text_of(self.transaction.get("customer_id"))
        return f"{_id(customer, 'transaction.customer_id')}/{self.subject}" if customer else self.subject

    @property
    def code(self) -> str:
        """The code of a verification."""
        return _id(self.body.get("verification_code"), "verification_code")


def notification_of(request: RawRequest) -> Notification:
    """Read the body.

    Raises:
        DataError: it cannot be read, or says nothing.
    """
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise DataError("the body is not JSON") from error
    if not isinstance(body, dict) or not text_of(body.get("type")):
        raise DataError("the body names no type of event", field="type")
    transaction = body.get("transaction")
    return Notification(text_of(body["type"]), body, transaction if isinstance(transaction, dict) else {})


def is_verification(request: RawRequest) -> bool:
    """Whether it is the first message to a new webhook, which may come without credentials."""
    try:
        return notification_of(request).kind == VERIFICATION
    except DataError:
        return False


def _id(value: Any, field: str) -> str:
    found = text_of(value)
    if not _ID.fullmatch(found):
        raise DataError(f"{field} is {value!r}, no id of OpenPay", field=field)
    return found
