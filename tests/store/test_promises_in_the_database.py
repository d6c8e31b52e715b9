"""Promises 1 to 3 are constraints of the database, whatever the code above it does."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from hub.store import Cfdi, CfdiTicket, InboxItem, Store, Ticket, TicketAlias
from hub.store.inserts import insert_new

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


@pytest.fixture
def store(database_url):
    made = Store(database_url)
    made.migrate()
    yield made
    made.close()


def ticket(key="pi_1", **changes):
    values = {
        "issuer": "tienda",
        "source": "stripe-mx",
        "movement_key": key,
        "reference": key,
        "canonical_reference": key,
        "link": f"link-{key}",
        "purchase_link": f"purchase-{key}",
        "sold_at": NOW,
        "currency": "MXN",
        "total": Decimal("1160.00"),
        "sale": {},
        "content_hash": "x",
        "deadline": date(2026, 11, 30),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Ticket(**{**values, **changes})


def cfdi(folio):
    return Cfdi(
        key=f"tienda-A-{folio}",
        issuer="tienda",
        tipo="I",
        serie="A",
        folio=folio,
        pac="pruebas",
        rfc_emisor="EKU9003173C9",
        rfc_receptor="CPU200101AB8",
        nombre_receptor="CLIENTE DE PRUEBA UNO",
        total=Decimal("1160.00"),
        currency="MXN",
        sealed_at=NOW,
        sello_sha256=f"{folio:064}",
    )


def add(store, *rows):
    with store.write() as session:
        for row in rows:
            session.add(row)
            session.flush()
    return rows


def test_a_ticket_is_in_at_most_one_live_cfdi(store):
    one, first, second = add(store, ticket(), cfdi(1), cfdi(2))
    add(store, CfdiTicket(cfdi_id=first.id, ticket_id=one.id))
    with pytest.raises(IntegrityError):
        add(store, CfdiTicket(cfdi_id=second.id, ticket_id=one.id))


def test_a_dead_cfdi_lets_its_ticket_go(store):
    one, first, second = add(store, ticket(), cfdi(1), cfdi(2))
    add(store, CfdiTicket(cfdi_id=first.id, ticket_id=one.id, live=False))
    add(store, CfdiTicket(cfdi_id=second.id, ticket_id=one.id))


@pytest.mark.parametrize(
    "twice",
    [
        lambda: ticket(link="other", purchase_link="other"),
        lambda: InboxItem(source="s", kind="delivery", delivery_key="evt_1", received_at=NOW, body=b"{}"),
        lambda: TicketAlias(source="s", alias="ch_1", ticket_id=1),
        lambda: cfdi(7),
    ],
    ids=["movement", "delivery", "alias", "folio"],
)
def test_the_same_thing_is_not_kept_twice(store, twice):
    add(store, ticket())
    if isinstance(twice(), Ticket):
        with pytest.raises(IntegrityError):
            add(store, twice())
        return
    add(store, twice())
    with pytest.raises(IntegrityError):
        add(store, twice())


def test_inserting_what_is_there_says_so_instead_of_failing(store):
    item = {"source": "s", "kind": "delivery", "delivery_key": "evt_1", "received_at": NOW, "body": b"{}"}
    with store.write() as session:
        assert insert_new(session, InboxItem(**item)) is not None
        assert insert_new(session, InboxItem(**item)) is None


def test_money_and_times_come_back_as_they_went(store):
    (kept,) = add(store, ticket(total=Decimal("0.10"), refunded=Decimal("12345678901234.56")))
    with store.read() as session:
        found = session.get_one(Ticket, kept.id)
    assert (found.total, found.refunded) == (Decimal("0.10"), Decimal("12345678901234.56"))
    assert found.sold_at == NOW
    assert found.sold_at.tzinfo is not None


def test_a_time_without_zone_is_refused(store):
    with pytest.raises(Exception, match="without a time zone"):
        add(store, ticket(sold_at=datetime(2026, 11, 20)))


def test_an_error_rolls_everything_back(store):
    def fail():
        with store.write() as session:
            session.add(ticket())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.read() as session:
        assert session.get(Ticket, 1) is None
