"""What became of each sale, written into the metadata of the object that its key names."""

from collections.abc import Mapping, Sequence
from datetime import UTC

from hub.plugin import Http, Outcome, rows

from .api import StripeApi

GONE = "Stripe does not know it any more"
LONGEST = 500
KEYS = frozenset(f"cfdi_{name}" for name in ("estado", "folio", "uuid", "motivo", "liga", "fecha"))
"""The metadata that the hub writes, and does not read."""

_RESOURCES = {"pi": "payment_intents", "ch": "charges", "py": "charges", "in": "invoices"}
_NOBODYS = {"payment_intents": "pi_0", "charges": "ch_0", "invoices": "in_0"}


def check(http: Http) -> str:
    """Ask to change what does not exist: the permission is looked at first.

    Raises:
        ConfigError: the key may not write.
    """
    for resource, identifier in _NOBODYS.items():
        StripeApi(http).set_metadata(f"/v1/{resource}/{identifier}", {"cfdi_estado": ""})
    return f"metadata of {', '.join(_NOBODYS)} can be written"


def write(http: Http, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Set the metadata of each sale's object."""
    return {outcome.id: GONE for outcome in outcomes if not _written(http, outcome)}


def _written(http: Http, outcome: Outcome) -> bool:
    account, _, identifier = outcome.id.rpartition(":")
    resource = _RESOURCES.get(identifier.partition("_")[0])
    if resource is None:
        return False
    cells = rows.written_cells(outcome, lambda one: one.at.astimezone(UTC).isoformat(timespec="seconds"))
    metadata = {f"cfdi_{name}": text[:LONGEST] for name, text in cells.items()}
    return StripeApi(http, account).set_metadata(f"/v1/{resource}/{identifier}", metadata)
