"""`hub tickets link` and `unlink`: a person decides what is one sale."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hub.flow.intake import Mapped, take_in
from hub.plugin import Line, Sale
from hub.store import Ticket
from tests.support.process import hub
from tests.support.world import world

SHOP = {"use": "rest", "issuer": "tienda", "every": "1 hour", "start": "2026-01-01", "paid_through": ["stripe-mx"]}


def tell(made, source, key):
    line = Line(description="Zapatos", unit_price=Decimal(199), total=Decimal(199))
    sale = Sale(id=key, sold_at=datetime.now(UTC), currency="MXN", total=Decimal(199), lines=(line,), reference=key)
    with made.flow.store.write() as session:
        take_in(made.flow, session, source, [Mapped(key.encode(), sale)])


@pytest.fixture
def suspected(tmp_path):
    """An order and a payment that are only alike."""
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db", sources__shop=SHOP) as made:
        tell(made, "shop", "order-9001")
        tell(made, "stripe-mx", "pi_000001")
        yield made


def states(made):
    return [ticket.state for ticket in made.all(Ticket)]


def test_a_person_links_and_takes_apart_again(suspected, answer):
    held = answer(suspected, "tickets", "list", "--state", "held").value[0]
    assert held["why"].startswith("it may be one sale with ticket 1 (shop order-9001): ")
    done = hub(suspected.folder, "tickets", "link", "2", "1", "--reason", "same customer")
    assert (done.stdout, states(suspected)) == ("ticket 1 is both now\n", ["open", "void"])
    shown = answer(suspected, "tickets", "show", "1").value
    assert shown["joined"] == ["payment pi_000001 of stripe-mx: 199 MXN"]
    assert answer(suspected, "tickets", "show", "2").value["why"] == "one sale with ticket 1"
    done = hub(suspected.folder, "tickets", "unlink", "1", "--reason", "two customers")
    assert (done.stdout, states(suspected)) == ("taken apart: ticket 3\n", ["open", "void", "open"])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("link", "1", "1", "--reason", "x"), "not an order and its payment"),
        (("unlink", "1", "--reason", "x"), "nothing is joined to ticket 1"),
        (("link", "1", "77", "--reason", "x"), "there is no ticket 77"),
    ],
)
def test_what_cannot_be_is_said(suspected, command, said):
    done = hub(suspected.folder, "tickets", *command)
    assert done.returncode != 0
    assert said in " ".join(done.stderr.split())
    assert states(suspected) == ["open", "held"]
