"""A restore from an old backup stamps nothing twice and loses no CFDI that was stamped after it."""

import shutil
import threading
from contextlib import closing, contextmanager

import psycopg
import pytest

from hub.store import Cfdi, CfdiResealed, CfdiTicket, CfdiXml, Restoration, Ticket
from pac_providers.finkok.testing import FakeFinkok
from pac_providers.sandbox.server import serve
from pac_providers.sandbox.settings import Settings
from tests.support.databases import POSTGRESQL
from tests.support.pacs import registry_with_pac
from tests.support.process import hub as command
from tests.support.world import ISSUER, METADATA, World, world

HOUR_S = 3600


@contextmanager
def _pac(folder):
    """The sandbox as a PAC of its own, behind real HTTP."""
    with serve(folder / "pac", Settings()) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def shop(tmp_path, database_url):
    (tmp_path / "pac").mkdir()
    with _pac(tmp_path) as url:
        pac = {"use": "sandbox", "data_dir": str(tmp_path / "pac"), "url": url, "search_lag": "15 minutes"}
        with world(tmp_path, database_url, pacs__pruebas=pac) as made:
            made.misbehave("clock_offset", times=None, seconds=HOUR_S)
            yield made


def sell(shop: World, *cents: int, **more: object) -> None:
    for amount in cents:
        shop.stripe.pay(amount, metadata=METADATA, receipt_email="ana@cliente.example", **more)
    shop.poll()


def sell_to_nobody(shop: World, cents: int, email: str) -> Ticket:
    shop.stripe.pay(cents, receipt_email=email)
    shop.poll()
    return next(ticket for ticket in shop.all(Ticket) if ticket.email == email)


def take_backup(shop: World) -> None:
    done = command(shop.folder, "db", "backup", str(shop.folder / "copy"))
    assert done.returncode == 0, done.stderr


def restore(shop: World) -> None:
    """What an operator does after the database was lost."""
    shop.flow.store.close()
    if not shop.flow.store.is_sqlite:
        name = shop.flow.store.url.database
        with psycopg.connect(POSTGRESQL, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name}")
    done = command(shop.folder, "db", "restore", str(shop.folder / "copy"), "--force", "the disk is broken")
    assert done.returncode == 0, done.stderr


def settle(shop: World) -> None:
    """Time passes until the PAC's list is believed."""
    shop.poll()
    for _ in range(5):
        shop.pass_time(minutes=6)
    assert {row.ended_at is None for row in shop.all(Restoration)} == {False}, shop.all(Restoration)


def the_books_are_right(shop: World, *, invoiced: int) -> None:
    """What the PACs stamped, what is stored and what was sold are the same, to the byte."""
    at_the_pac: dict[str, bytes] = {}
    for pac in shop.settings.pacs:
        with closing(shop.ledger(pac)) as ledger:
            at_the_pac |= {stamp.uuid.lower(): stamp.xml for stamp in ledger.stamps()}
    cfdis = {cfdi.id: cfdi for cfdi in shop.all(Cfdi)}
    stored = {cfdis[one.cfdi_id].uuid: one.stamped for one in shop.all(CfdiXml)}
    assert stored == at_the_pac
    live = [link.ticket_id for link in shop.all(CfdiTicket) if link.live]
    assert sorted(live) == sorted({ticket.id for ticket in shop.all(Ticket) if ticket.state == "invoiced"})
    assert len(live) == len(at_the_pac) == invoiced
    assert {cfdi.unjoined_since for cfdi in cfdis.values()} == {None}


def test_what_was_stamped_after_the_backup_is_found_joined_and_not_stamped_again(shop):
    sell(shop, 11600, 23200)
    early = sell_to_nobody(shop, 50000, "eva@cliente.example")
    take_backup(shop)
    sell(shop, 34800, 34800, 46400)
    shop.claim(early.link)
    late = sell_to_nobody(shop, 70000, "luz@cliente.example")
    shop.claim(late.link)
    sell_to_nobody(shop, 90000, "sol@cliente.example")
    before = shop.stamps()
    assert len(before) == 7

    restore(shop)
    assert len(shop.all(Cfdi)) == 2
    sell(shop, 99900)  # a sale of the very day
    assert shop.stamps() == before
    assert {ticket.state for ticket in shop.all(Ticket)} == {"invoiced", "open"}
    settle(shop)

    the_books_are_right(shop, invoiced=8)
    assert shop.stamps()[:7] == before
    assert [t.email for t in shop.all(Ticket) if t.state == "open"] == ["sol@cliente.example"]
    folios = sorted(cfdi.folio for cfdi in shop.all(Cfdi))
    assert folios[:7] == [1, 2, 3, 4, 5, 6, 7]
    assert folios[7] > 1000


@pytest.mark.parametrize("lost", ["lose_answer", "unreachable"])
def test_what_was_about_to_be_sent_at_the_backup_is_asked_about(shop, lost):
    """In doubt or waiting in the backup, and stamped after it."""
    shop.misbehave(lost, times=None)
    sell(shop, 11600)
    assert shop.cfdi.state in {"in_doubt", "sealed"}
    take_backup(shop)
    shop.behave()
    shop.misbehave("clock_offset", times=None, seconds=HOUR_S)
    shop.pass_time(minutes=3)
    (stamped,) = shop.stamps()
    assert shop.cfdi.state == "stamped"

    restore(shop)
    assert shop.cfdi.state == "in_doubt"
    settle(shop)
    the_books_are_right(shop, invoiced=1)
    assert shop.cfdi.uuid == stamped


def test_a_pac_whose_records_are_behind_is_asked_until_they_are_not(shop):
    sell(shop, 11600)
    take_backup(shop)
    sell(shop, 23200, 34800)
    restore(shop)
    shop.misbehave("search_lag", times=2)
    sell(shop, 46400)
    shop.pass_time(minutes=6)
    assert len(shop.all(Cfdi)) == 1
    settle(shop)
    the_books_are_right(shop, invoiced=4)


def test_what_is_in_doubt_and_not_found_for_a_while_is_not_sent_meanwhile(shop):
    shop.misbehave("lose_answer")
    sell(shop, 11600)
    take_backup(shop)
    restore(shop)
    shop.misbehave("search_lag", times=3)
    with closing(shop.ledger()) as ledger:
        sent = {name: count for name, count in ledger.counters().items() if name.startswith("stamp")}
    shop.pass_time(minutes=1)
    assert shop.cfdi.state == "in_doubt"
    settle(shop)
    the_books_are_right(shop, invoiced=1)
    with closing(shop.ledger()) as ledger:
        assert {name: n for name, n in ledger.counters().items() if name.startswith("stamp")} == sent


def test_what_a_person_frees_is_sent_only_when_all_pacs_were_asked(shop):
    shop.misbehave("fail")
    sell(shop, 11600)
    take_backup(shop)
    restore(shop)
    why = ("--reason", "the PAC says so on the telephone")
    done = command(shop.folder, "doubts", "resolve", shop.cfdi.key, "--never-stamped", *why)
    assert done.returncode == 0, done.stderr
    shop.pass_time(minutes=2)
    assert (shop.cfdi.state, shop.stamps()) == ("sealed", [])
    settle(shop)
    the_books_are_right(shop, invoiced=1)


def test_twice_restored_is_as_good_as_once(shop):
    sell(shop, 11600)
    take_backup(shop)
    sell(shop, 23200)
    restore(shop)
    shop.poll()
    restore(shop)
    settle(shop)
    the_books_are_right(shop, invoiced=2)


@pytest.mark.parametrize("back", [12000, 50000])
def test_a_sale_refunded_after_its_invoice_is_still_known_by_it(shop, back):
    take_backup(shop)
    charge = shop.stripe.pay(50000, metadata=METADATA, receipt_email="ana@cliente.example")
    shop.poll()
    assert len(shop.stamps()) == 1
    shop.stripe.refund(charge, back)
    shop.poll()
    restore(shop)
    settle(shop)
    the_books_are_right(shop, invoiced=1)


def test_buyers_who_cannot_be_told_apart_are_left_to_a_person(shop):
    """Two equal sales, of which one was invoiced: nobody knows which, so neither is invoiced again."""
    take_backup(shop)
    first = sell_to_nobody(shop, 50000, "eva@cliente.example")
    sell_to_nobody(shop, 50000, "luz@cliente.example")
    shop.claim(first.link)
    restore(shop)
    settle(shop)
    assert {ticket.state for ticket in shop.all(Ticket)} == {"open"}
    assert shop.cfdi.uuid in shop.stamps()
    assert shop.cfdi.unjoined_since is not None
    listed = command(shop.folder, "doubts", "list")
    assert (listed.returncode, shop.cfdi.key in listed.stdout) == (4, True)
    shown = command(shop.folder, "tickets", "list")
    assert "may be of this sale" in " ".join(shown.stdout.split())

    shop.flow.store.close()
    mine = next(ticket for ticket in shop.all(Ticket) if ticket.email == "eva@cliente.example")
    why = ("--reason", "Eva showed her invoice")
    done = command(shop.folder, "doubts", "join", shop.cfdi.key, "--ticket", str(mine.id), *why)
    assert done.returncode == 0, done.stderr
    shop.pass_time(hours=2)
    the_books_are_right(shop, invoiced=1)
    other = next(ticket for ticket in shop.all(Ticket) if ticket.email == "luz@cliente.example")
    shop.misbehave("clock_offset", times=None, seconds=4 * HOUR_S)
    shop.claim(other.link)
    the_books_are_right(shop, invoiced=2)


def test_the_same_buyer_who_asks_again_gets_the_invoice_there_is(shop):
    take_backup(shop)
    first = sell_to_nobody(shop, 50000, "eva@cliente.example")
    sell_to_nobody(shop, 50000, "luz@cliente.example")
    shop.claim(first.link)
    restore(shop)
    settle(shop)
    mine = next(ticket for ticket in shop.all(Ticket) if ticket.email == "eva@cliente.example")
    shop.claim(mine.link)
    the_books_are_right(shop, invoiced=1)


def test_a_pac_that_cannot_list_is_settled_by_a_person_with_the_files(shop):
    sell(shop, 11600)
    take_backup(shop)
    sell(shop, 23200)
    with closing(shop.ledger()) as ledger:
        files = shop.folder / "descarga"
        files.mkdir()
        for stamp in ledger.stamps():
            (files / f"{stamp.uuid}.xml").write_bytes(stamp.xml)
    restore(shop)
    shop.misbehave("search_lag", times=None)
    taken = command(shop.folder, "db", "found", str(files))
    assert (taken.returncode, taken.stdout.count(": new"), taken.stdout.count(": known")) == (0, 1, 1), taken.stderr
    said = command(
        shop.folder, "db", "settle", "tienda", "pruebas", "--reason", "the panel lists two, and both are here"
    )
    assert said.returncode == 0, said.stderr
    shop.poll()
    shop.pass_time(minutes=1)
    the_books_are_right(shop, invoiced=2)


def test_a_restored_hub_says_so(shop):
    sell(shop, 11600)
    take_backup(shop)
    shutil.rmtree(shop.folder / "pac")
    restore(shop)
    shown = command(shop.folder, "db", "restored", "--json")
    assert (shown.returncode, '"pac": "pruebas"' in shown.stdout) == (4, True)
    listed = command(shop.folder, "doubts", "list")
    assert (listed.returncode, "all of tienda" in listed.stdout) == (4, True)


def test_a_real_pac_lists_what_it_stamped(tmp_path):
    fake = FakeFinkok(ISSUER["rfc"])
    with fake.serving() as url:
        login = {"username": fake.username, "password": fake.password, "url": url}
        pac = {"use": "finkok", **login, "search_lag": "15 minutes"}
        with world(
            tmp_path, f"sqlite:///{tmp_path}/hub.db", registry=registry_with_pac("finkok"), pacs={"pruebas": pac}
        ) as made:
            sell(made, 11600)
            take_backup(made)
            sell(made, 23200)
            restore(made)
            settle(made)
            assert {row.found for row in made.all(Restoration)} == {1}
            stored = {one.stamped for one in made.all(CfdiXml)}
            assert stored == {stamp.xml for stamp in fake.sat.stamps}
            assert len(stored) == len(fake.writes) == 2
            assert {ticket.state for ticket in made.all(Ticket)} == {"invoiced"}


@pytest.fixture
def two_pacs(tmp_path, database_url):
    pacs = {
        name: {"use": "sandbox", "data_dir": str(tmp_path / folder), "search_lag": "15 minutes"}
        for name, folder in (("pruebas", "pac"), ("reserva", "reserva"))
    }
    order = {"issuers__tienda__pac": ["pruebas", "reserva"]}
    with world(tmp_path, database_url, **order, **{f"pacs__{name}": pac for name, pac in pacs.items()}) as made:
        yield made


def clock_of_the_pacs(shop: World, seconds: float) -> None:
    for pac in shop.settings.pacs:
        shop.behave(pac)
        shop.misbehave("clock_offset", times=None, seconds=seconds, pac=pac)


def test_what_another_pac_stamped_after_the_backup_is_not_sent_to_the_first(two_pacs):
    for pac in ("pruebas", "reserva"):
        two_pacs.misbehave("auth", times=None, pac=pac)
    sell(two_pacs, 11600)
    assert (two_pacs.cfdi.state, two_pacs.cfdi.pac) == ("sealed", "pruebas")
    take_backup(two_pacs)
    two_pacs.behave("reserva")
    two_pacs.misbehave("clock_offset", times=None, seconds=HOUR_S, pac="reserva")
    two_pacs.pass_time(minutes=12)
    assert (two_pacs.stamps(), len(two_pacs.stamps("reserva"))) == ([], 1)

    restore(two_pacs)
    assert (two_pacs.cfdi.state, two_pacs.cfdi.pac) == ("in_doubt", "pruebas")
    clock_of_the_pacs(two_pacs, HOUR_S)
    two_pacs.misbehave("search_lag", times=1, pac="reserva")
    settle(two_pacs)
    the_books_are_right(two_pacs, invoiced=1)
    assert (two_pacs.cfdi.pac, two_pacs.stamps()) == ("reserva", [])


def test_what_was_sealed_anew_after_the_backup_is_known_by_its_number(two_pacs):
    for pac in ("pruebas", "reserva"):
        two_pacs.misbehave("auth", times=None, pac=pac)
    sell(two_pacs, 11600)
    take_backup(two_pacs)
    clock_of_the_pacs(two_pacs, 96 * HOUR_S)
    two_pacs.pass_time(days=4)
    (stamped,) = two_pacs.stamps()
    restore(two_pacs)
    settle(two_pacs)
    the_books_are_right(two_pacs, invoiced=1)
    assert two_pacs.cfdi.uuid == stamped
    assert len(two_pacs.all(CfdiResealed)) == 1


def test_a_cfdi_that_was_cancelled_after_the_backup_is_of_no_sale_until_a_person_says_so(shop):
    take_backup(shop)
    sell(shop, 11600)
    done = command(shop.folder, "cfdi", "cancel", shop.cfdi.key, "--motivo", "03", "--reason", "it never happened")
    assert done.returncode == 0, done.stderr
    shop.pass_time(minutes=1)
    assert (shop.cfdi.state, shop.ticket.state) == ("cancelled", "void")
    restore(shop)
    settle(shop)
    assert (shop.cfdi.state, shop.ticket.state) == ("cancelled", "open")
    assert len(shop.stamps()) == 1


def test_buyers_who_ask_meanwhile_are_promised_and_served_afterwards(shop):
    take_backup(shop)
    restore(shop)
    ticket = sell_to_nobody(shop, 50000, "eva@cliente.example")
    assert shop.claim(ticket.link).stage == "working"
    assert shop.stamps() == []
    settle(shop)
    the_books_are_right(shop, invoiced=1)


def test_a_person_may_say_that_a_cfdi_is_of_no_sale(shop):
    take_backup(shop)
    first = sell_to_nobody(shop, 50000, "eva@cliente.example")
    sell_to_nobody(shop, 50000, "luz@cliente.example")
    shop.claim(first.link)
    restore(shop)
    settle(shop)
    key, why = shop.cfdi.key, ("--reason", "it was made for a sale at the counter")
    for wrong in (("--ticket", "1", "--no-sale", *why), why, ("--no-sale", "--reason", "no"), ("--ticket", "99", *why)):
        assert command(shop.folder, "doubts", "join", key, *wrong).returncode == 2
    done = command(shop.folder, "doubts", "join", key, "--no-sale", *why)
    assert (done.returncode, done.stdout) == (0, f"{key}: of no sale\n")
    assert shop.cfdi.unjoined_since is None
    assert command(shop.folder, "doubts", "join", key, "--no-sale", *why).returncode == 2
