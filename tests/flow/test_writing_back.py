"""What became of a sale is written beside it at its source: after commit, again if need be, and never in its way."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlmodel import select

from hub.flow.instances import Instances
from hub.flow.tell import tell_events
from hub.plugin import ConfigError, DataError, Sale, hookimpl
from hub.store import Condition, Delivery, Ticket, TicketState, WriteBackItem, WriteBackState
from hub.store.states import note
from tests.support.plugins import registry_with
from tests.support.world import REGISTRY, world
from tests.testing.acme import SECRET, WEBHOOK_SECRET
from tests.testing.acme_notes import AcmeNotes, NoteShop

LINK = "http://facturas.example/f/"


@contextmanager
def shop(folder, database_url, *, source=AcmeNotes, queue=False, **changes):
    """A hub with one source that writes back, and the shop that it writes to."""
    notes = NoteShop()

    class Connected(source):
        overlap = timedelta(days=365)

        def client(self):
            return replace(super().client(), transport=httpx.MockTransport(notes))

    @hookimpl
    def hub_sources():
        return [Connected]

    configured = {
        "use": "acme-notes",
        "issuer": "tienda",
        "every": "1 hour",
        "start": "2026-01-01",
        "shop": "demo",
        "api_key": SECRET,
        "webhook_secret": WEBHOOK_SECRET,
        "forma_pago": "04",
        "write_back": True,
        **changes,
    }
    registry = registry_with("notes_of_a_test", hub_sources=hub_sources)
    with world(folder, database_url, registry=registry, queue=queue, sources={"acme": configured}) as hub:
        yield hub, notes


def read(hub):
    hub.poll("acme")
    tell(hub)


def tell(hub):
    tell_events(hub.flow)
    hub.work()


def ticket(hub, key="A2"):
    with hub.flow.store.read() as session:
        return session.exec(select(Ticket).where(Ticket.movement_key == key)).one()


def test_a_sale_that_waits_says_why_and_where_its_buyer_goes(tmp_path, database_url):
    with shop(tmp_path, database_url) as (hub, notes):
        read(hub)
        found = ticket(hub)
        said = notes.notes["A2"]

        assert (said["state"], said["estado"]) == ("waiting", "pendiente")
        assert said["reason"].startswith("Falta que el cliente dé sus datos fiscales")
        assert said["portal_url"] == LINK + found.purchase_link
        assert found.link not in str(notes.notes)
        assert set(notes.notes) == {"A1", "A2", "A3"}


def test_an_invoice_is_told_with_serie_folio_and_uuid(tmp_path, database_url):
    with shop(tmp_path, database_url) as (hub, notes):
        read(hub)
        hub.claim(ticket(hub).link)
        hub.work()
        tell(hub)
        said = notes.notes["A2"]

        assert ticket(hub).state == TicketState.INVOICED
        assert (said["state"], said["serie"], said["folio"]) == ("invoiced", hub.cfdi.serie, str(hub.cfdi.folio))
        assert said["uuid"] == hub.cfdi.uuid.upper()
        assert (said["portal_url"], said["reason"]) == ("", "")


def test_nothing_is_written_twice_and_nothing_stays_due(tmp_path, database_url):
    with shop(tmp_path, database_url) as (hub, notes):
        read(hub)
        first = notes.writes
        read(hub)
        hub.pass_time(hours=3)
        tell(hub)

        assert first == notes.writes == 3
        assert not any(item.wanted for item in hub.all(WriteBackItem))
        assert hub.only(WriteBackState).due_at is None


def test_a_source_that_did_not_ask_is_told_nothing(tmp_path, database_url):
    with shop(tmp_path, database_url, write_back=False) as (hub, notes):
        read(hub)

        assert notes.notes == {}
        assert hub.all(WriteBackItem) == hub.all(WriteBackState) == []


def test_a_source_that_cannot_write_is_a_wrong_configuration(tmp_path, database_url):
    with world(tmp_path, database_url) as hub:
        keyed_in = {"use": "manual", "options": {}, "write_back": True}
        writing = hub.settings.sources["stripe-mx"].model_copy(update=keyed_in)
        changed = hub.settings.model_copy(update={"sources": {"caja": writing}})

        with pytest.raises(ConfigError, match="manual cannot write back"):
            Instances.of(changed, REGISTRY)


def test_a_permission_that_is_missing_pauses_writing_and_nothing_else(tmp_path, database_url):
    with shop(tmp_path, database_url) as (hub, notes):
        notes.fail_with = 403
        read(hub)
        hub.claim(ticket(hub).link)
        hub.work()
        tell(hub)

        assert ticket(hub).state == TicketState.INVOICED
        condition = hub.only(Condition)
        assert condition.subject == "write-back acme"
        notices = [one for one in hub.all(Delivery) if one.kind == "notice"]
        assert [one.data["subject"] for one in notices] == ["write-back acme"]

        notes.fail_with = 0
        hub.pass_time(minutes=11)

        assert notes.notes["A2"]["state"] == "invoiced"
        assert hub.all(Condition) == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_is_tried_again_later(tmp_path, database_url, status):
    with shop(tmp_path, database_url) as (hub, notes):
        notes.fail_with = status
        read(hub)
        assert hub.only(WriteBackState).due_at is not None
        assert hub.all(Condition) == []

        notes.fail_with = 0
        hub.pass_time(minutes=1)

        assert set(notes.notes) == {"A1", "A2", "A3"}


def test_what_happens_while_it_is_written_is_written_afterwards(tmp_path, database_url):
    class Slow(AcmeNotes):
        meanwhile = None

        def write_back(self, http, outcomes):
            refused = super().write_back(http, outcomes)
            if Slow.meanwhile:
                happens, Slow.meanwhile = Slow.meanwhile, None
                happens()
            return refused

    with shop(tmp_path, database_url, source=Slow) as (hub, notes):
        read(hub)

        def refunded():
            with hub.flow.store.write() as session:
                found = session.get_one(Ticket, ticket(hub).id)
                found.email = ""
                hub_note(session, found, hub.flow.now())
            tell_events(hub.flow)

        Slow.meanwhile = refunded
        with hub.flow.store.write() as session:
            hub_note(session, session.get_one(Ticket, ticket(hub, "A1").id), hub.flow.now())
            session.get_one(Ticket, ticket(hub, "A1").id).email = ""
        tell(hub)

        assert "dale la liga" in notes.notes["A2"]["reason"]
        assert not any(item.wanted for item in hub.all(WriteBackItem))


def hub_note(session, found, at):
    note(session, "ticket", found, at=at, who="a test", why="news")


def test_one_outcome_that_the_plugin_chokes_on_keeps_no_other_waiting(tmp_path, database_url):
    class Chokes(AcmeNotes):
        def note(self, http, outcome):
            if outcome.id == "A2":
                raise ValueError("no accents, please")
            return super().note(http, outcome)

    with shop(tmp_path, database_url, source=Chokes) as (hub, notes):
        read(hub)

        assert set(notes.notes) == {"A1", "A3"}
        (choked,) = [item for item in hub.all(WriteBackItem) if item.refused]
        assert (choked.external_id, choked.wanted) == ("A2", False)
        assert "no accents" in choked.refused


def test_a_row_that_is_gone_is_noted_and_the_others_are_written(tmp_path, database_url, monkeypatch):
    with shop(tmp_path, database_url) as (hub, notes):
        monkeypatch.setattr("tests.testing.acme_notes.known", lambda _http, order: order != "A1")
        read(hub)

        assert set(notes.notes) == {"A2", "A3"}
        assert {item.refused for item in hub.all(WriteBackItem)} == {"", "the order is gone"}


class Spoilt(AcmeNotes):
    wrong = True

    def to_sale(self, record):
        if record["id"] == "A1" and Spoilt.wrong:
            raise DataError("total: 'mil' is not a number", hint="write digits")
        return super().to_sale(record)


def test_a_record_that_cannot_be_used_hears_why_until_it_is_mended(tmp_path, database_url):
    Spoilt.wrong = True
    with shop(tmp_path, database_url, source=Spoilt) as (hub, notes):
        read(hub)
        said = notes.notes["A1"]
        assert (said["state"], said["estado"]) == ("error", "con error")
        assert said["detail"] == "total: 'mil' is not a number. write digits"

        Spoilt.wrong = False
        read(hub)

        assert notes.notes["A1"]["state"] == "waiting"
        assert notes.notes["A1"]["detail"] == ""


def test_a_wrong_edit_after_the_invoice_leaves_the_invoice_standing(tmp_path, database_url):
    Spoilt.wrong = False
    with shop(tmp_path, database_url, source=Spoilt) as (hub, notes):
        read(hub)
        hub.claim(ticket(hub, "A1").link)
        hub.work()
        Spoilt.wrong = True
        read(hub)
        said = notes.notes["A1"]

        assert (said["state"], said["uuid"]) == ("invoiced", hub.cfdi.uuid.upper())
        assert "'mil' is not a number" in said["detail"]

        Spoilt.wrong = False
        read(hub)
        assert (notes.notes["A1"]["reason"], notes.notes["A1"]["detail"]) == ("", "")


def test_a_sale_that_waits_for_a_person_says_so(tmp_path, database_url):
    with shop(tmp_path, database_url, invoice="hold") as (hub, notes):
        read(hub)
        said = notes.notes["A2"]

        assert (said["state"], said["portal_url"]) == ("held", "")
        assert "invoice: hold" in said["detail"]


def test_a_change_after_the_invoice_is_told_as_one(tmp_path, database_url):
    class Edits(AcmeNotes):
        dearer = False

        def to_sale(self, record):
            found = super().to_sale(record)
            if isinstance(found, Sale) and found.id == "A1" and Edits.dearer:
                line = found.lines[0].model_copy(update={"total": found.total + 1, "unit_price": found.total + 1})
                return found.model_copy(update={"total": found.total + 1, "lines": (line,)})
            return found

    with shop(tmp_path, database_url, source=Edits) as (hub, notes):
        read(hub)
        hub.claim(ticket(hub, "A1").link)
        hub.work()
        Edits.dearer = True
        read(hub)
        said = notes.notes["A1"]

        assert said["state"] == "invoiced"
        assert said["reason"] == "La venta cambió después de facturarse; una persona debe revisarla."
        assert hub.cfdi_count == 1


def test_workers_of_the_queue_write_back_too(tmp_path, database_url):
    if database_url.startswith("sqlite"):
        pytest.skip("the queue wants PostgreSQL")
    with shop(tmp_path, database_url, queue=True) as (hub, notes):
        read(hub)

        assert set(notes.notes) == {"A1", "A2", "A3"}
        assert hub.only(WriteBackState).due_at is None


def test_the_lease_of_a_lost_worker_runs_out(tmp_path, database_url):
    with shop(tmp_path, database_url) as (hub, notes):
        notes.fail_with = 503
        read(hub)
        with hub.flow.store.write() as session:
            row = session.exec(select(WriteBackState)).one()
            row.token, row.due_at = "somebody else", hub.flow.now() + timedelta(minutes=5)
        notes.fail_with = 0
        tell(hub)
        assert notes.notes == {}

        hub.pass_time(minutes=6)

        assert set(notes.notes) == {"A1", "A2", "A3"}
