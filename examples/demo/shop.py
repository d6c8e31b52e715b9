"""The shop's day: Stripe calls the hub, a buyer claims an invoice, the customer comes back."""

import re
import time
from collections.abc import Callable

from connectors.stripe.testing import FakeStripe
from hub.store import Store

from . import claim, stripe_day
from .mailbox import Mailbox
from .outcome import at_rest, outcomes
from .sales import EXPECTED
from .world import World

PATIENCE_S = 120
XOCHILT = {
    "rfc": "CACX7605101P8",
    "nombre": "XOCHILT CASAS CHAVEZ",
    "codigo_postal": "36257",
    "regimen_fiscal": "612",
    "uso_cfdi": "G03",
    "email": "",
}


class Shop:
    """One day, step by step."""

    def __init__(self, world: World, stripe: FakeStripe, mailbox: Mailbox, store: Store) -> None:
        self._world, self._stripe, self._mailbox, self._store = world, stripe, mailbox, store
        self._delivered = 0

    def sells(self) -> int:
        """The day at Stripe, one event delivered twice; the number of deliveries."""
        stripe_day.first_wave(self._stripe)
        events = self._deliver()
        self._send(self._stripe.events("checkout.session.completed")[1])
        return events + 1

    def customer_comes_back(self) -> None:
        """The customer who claimed buys again, and the day ends."""
        stripe_day.second_wave(self._stripe)
        self._deliver()
        _wait(self._all_ended)

    def buyer_claims(self) -> dict[str, bytes]:
        """A buyer follows the link of the mail; the files of the invoice."""
        _wait(lambda: bool(self._link()))
        return claim.claim(self._link(), XOCHILT)

    def _link(self) -> str:
        links = [re.search(r"http\S+/f/\S+", mail.text) for mail in self._mailbox.to("xochilt@correo.example")]
        return next((found.group() for found in links if found), "")

    def _deliver(self) -> int:
        events = self._stripe.events()[self._delivered :]
        self._delivered += len(events)
        for event in events:
            self._send(event)
        return len(events)

    def _send(self, event: dict[str, object]) -> None:
        status = self._stripe.send(event, f"{self._world.url}/webhooks/stripe-mx")
        if status != 200:
            raise RuntimeError(f"the hub answered {status} to {event['type']}")

    def _all_ended(self) -> bool:
        found = outcomes(self._store)
        ended = all(outcome.state == outcome.expected.end for outcome in found)
        return len(found) == len(EXPECTED) and ended and at_rest(self._store)


def _wait(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > give_up:
            # What is there is shown all the same, and the checks of the report say what is missing.
            return
        time.sleep(0.2)
