"""What became of each sale, written into one metafield of its order."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from hub.plugin import ConfigError, Outcome, rows

from . import queries
from .api import Json, ShopifyApi
from .config import ShopifyConfig

GONE = "Shopify does not know this order any more"
SCOPE = "write_orders"
BATCH = 25
"""Metafields that Shopify takes in one mutation: all of them, or none."""


def check(api: ShopifyApi, config: ShopifyConfig) -> str:
    """Look for the scope.

    Raises:
        ConfigError: the app lacks it.
    """
    told = api.query(queries.SHOP)
    if SCOPE not in {scope["handle"] for scope in told["currentAppInstallation"]["accessScopes"]}:
        raise ConfigError(
            f"the Shopify app lacks the scope {SCOPE}",
            hint="give it and install the app again, or take write_back: true away",
        )
    return f"the metafield {config.write_back_metafield} of orders can be written"


def write(api: ShopifyApi, config: ShopifyConfig, outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Set the metafield of each sale's order; an order that is gone is left out and the others are written."""
    known = [outcome for outcome in outcomes if outcome.id.isascii() and outcome.id.isdecimal()]
    refused = {outcome.id: GONE for outcome in outcomes if outcome not in known}
    while known:
        inputs = [_input(outcome, config) for outcome in known]
        errors = api.query(queries.WRITE, metafields=inputs)["metafieldsSet"]["userErrors"]
        if not errors:
            break
        gone = {known[place].id for place in map(_place_of_owner, errors) if place is not None and place < len(known)}
        if not gone:
            raise ConfigError(
                f"Shopify does not take the metafield {config.write_back_metafield}: {errors[0].get('message')}",
                hint="set write_back_metafield to one that has no definition, or one of the type json",
            )
        refused |= dict.fromkeys(gone, GONE)
        known = [outcome for outcome in known if outcome.id not in gone]
    return refused


def _input(outcome: Outcome, config: ShopifyConfig) -> Json:
    namespace, _, key = config.write_back_metafield.rpartition(".")
    cells = rows.written_cells(outcome, lambda one: one.at.astimezone(UTC).isoformat(timespec="seconds"))
    return {
        "ownerId": f"gid://shopify/Order/{outcome.id}",
        "namespace": namespace,
        "key": key,
        "type": "json",
        "value": json.dumps(cells, ensure_ascii=False),
    }


def _place_of_owner(error: Mapping[str, Any]) -> int | None:
    """Which of the metafields is refused because its order is not there."""
    match error.get("field"):
        case ["metafields", str() as place, "ownerId"] if place.isdecimal():
            return int(place)
    return None
