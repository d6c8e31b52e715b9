"""What an operator looks at: tickets, CFDIs, doubts, the inbox, and how it reads."""

import json
import subprocess

from sqlmodel import select

from hub.flow.release import MOST_AT_ONCE
from hub.store import Cancellation, Cfdi, CfdiXml, Event, HelpRequest, InboxItem, Ticket
from hub.store.states import InboxState
from tests.support.process import HUB, environment, hub, hub_on_a_terminal
from tests.support.world import METADATA

TICKET = {"id", "source", "reference", "sold_at", "total", "currency", "state", "why", "next"}


def by_state(made, state):
    return next(ticket for ticket in made.all(Ticket) if ticket.state == state)


def stamped(made):
    return next(cfdi for cfdi in made.all(Cfdi) if cfdi.state == "stamped")


def test_every_ticket_says_where_it_is_why_and_what_comes_next(shop, answer):
    listed = answer(shop, "tickets", "list")
    assert (listed.code, {frozenset(row) for row in listed.value}) == (0, {frozenset(TICKET)})
    assert sorted(row["state"] for row in listed.value) == ["claimed", "held", "invoiced", "open"]
    assert all(row["why"] and row["sold_at"].endswith("+00:00") for row in listed.value)
    assert {row["total"] for row in listed.value} >= {"500.00", "1234.50"}
    held = answer(shop, "tickets", "list", "--state", "held", "--source", "archivos", "--limit", "5").value
    said = f"then `hub tickets release {held[0]['id']}`, or for all of them `hub tickets release --source archivos`"
    assert [(row["source"], row["next"].split("; ")[1]) for row in held] == [("archivos", said)]


def test_one_ticket_shows_its_links_and_its_history(shop, answer):
    ticket = by_state(shop, "invoiced")
    shown = answer(shop, "tickets", "show", ticket.movement_key).value
    assert shown["link"] == f"http://facturas.example/f/{ticket.link}"
    assert shown["receiver"] == "CPU200101AB8"
    assert [line.split("  ")[1].split(" (")[0] for line in shown["history"]] == [
        "new -> open",
        "open -> claimed",
        "claimed -> invoiced",
    ]
    missing = hub(shop.folder, "tickets", "show", "999999")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert missing.stderr == "there is no ticket 999999\n`hub tickets list` shows them\n"


def test_a_reference_of_two_tickets_names_both(folder):
    for source, number in (("stripe-mx", 1), ("archivos", 2)):
        with folder.flow.store.write() as session:
            session.add(ticket_called("P-7", source, number))
    shown = hub(folder.folder, "tickets", "show", "P-7")
    assert shown.returncode == 2
    assert "2 tickets are called P-7" in shown.stderr
    assert "1 (stripe-mx), 2 (archivos)" in shown.stderr


def ticket_called(reference, source, number):
    now = "2026-11-01T12:00:00+00:00"
    return Ticket.model_validate({
        "issuer": "tienda", "source": source, "movement_key": f"m{number}", "reference": reference,
        "canonical_reference": reference, "link": f"a{number}", "purchase_link": f"b{number}", "sold_at": now,
        "currency": "MXN", "total": "10.00", "sale": {}, "content_hash": "", "deadline": "2026-11-30",
        "created_at": now, "updated_at": now,
    })  # fmt: skip


def test_what_sat_says_of_a_cfdi_is_told_in_its_own_words(folder, answer):
    folder.stripe.pay(50000, metadata=METADATA)
    folder.poll()
    told = answer(folder, "cfdi", "status", folder.cfdi.uuid.upper()).value
    said = (told["estado"], told["es_cancelable"], told["estatus_cancelacion"])
    assert said == ("Vigente", "Cancelable sin aceptación", None)


def test_a_cancellation_is_asked_for_on_the_command_line_and_sat_decides(folder):
    folder.stripe.pay(50000, metadata=METADATA)
    folder.poll()
    key = folder.cfdi.key
    wrong = hub(folder.folder, "cfdi", "cancel", key, "--motivo", "01")
    assert (wrong.returncode, "motivo 01 needs folio_sustitucion" in wrong.stderr) == (2, True)
    asked = hub(folder.folder, "cfdi", "cancel", key, "--motivo", "03", "--reason", "nobody paid")
    assert (asked.returncode, "SAT took the request (201)" in asked.stdout) == (0, True)
    again = hub(folder.folder, "cfdi", "cancel", key, "--motivo", "03")
    assert (again.returncode, "only a CFDI in force can be cancelled" in again.stderr) == (2, True)
    none = hub(folder.folder, "cfdi", "acuse", key)
    assert (none.returncode, f"there is no acuse of {key}" in none.stderr) == (2, True)
    with folder.flow.store.write() as session:
        session.exec(select(Cancellation)).one().acuse = b"<Acuse/>"
    assert hub(folder.folder, "cfdi", "acuse", key).stdout == "<Acuse/>"
    folder.pass_time(seconds=11)
    assert (folder.cfdi.state, folder.ticket.state) == ("cancelled", "void")


def test_sat_is_not_asked_about_what_is_not_stamped(shop):
    doubted = next(cfdi for cfdi in shop.all(Cfdi) if cfdi.state == "in_doubt")
    refused = hub(shop.folder, "cfdi", "status", doubted.key)
    assert (refused.returncode, "SAT knows stamped CFDIs only" in refused.stderr) == (2, True)


def test_cfdis_come_with_their_bytes_as_they_were_stamped(shop, answer, tmp_path):
    cfdi = stamped(shop)
    with shop.flow.store.read() as session:
        journal = session.get_one(CfdiXml, cfdi.id)
    listed = answer(shop, "cfdi", "list", "--state", "stamped").value
    assert [(row["cfdi"], row["uuid"], row["total"]) for row in listed] == [(cfdi.key, cfdi.uuid, "500.00")]
    assert set(listed[0]) == {"cfdi", "state", "receptor", "total", "currency", "uuid", "stamped_at", "says"}
    shown = answer(shop, "cfdi", "show", cfdi.uuid.upper()).value
    assert (shown["cfdi"], shown["pac"], len(shown["history"])) == (cfdi.key, "pruebas", 3)

    xml = hub(shop.folder, "cfdi", "xml", f"{cfdi.serie}-{cfdi.folio}")
    assert xml.stdout.encode("utf-8", "surrogateescape") == journal.stamped
    pdf, out = hub(shop.folder, "cfdi", "pdf", cfdi.key), tmp_path / "factura.pdf"
    assert pdf.stdout.startswith("%PDF-")
    assert hub(shop.folder, "cfdi", "pdf", cfdi.key, "--out", str(out)).returncode == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_file_that_cannot_be_made_says_why(shop, tmp_path):
    cfdi = next(cfdi for cfdi in shop.all(Cfdi) if cfdi.state == "in_doubt")
    nowhere = hub(shop.folder, "cfdi", "xml", cfdi.key, "--out", str(tmp_path / "no" / "a.xml"))
    assert (nowhere.returncode, "No such file or directory" in nowhere.stderr) == (2, True)
    unstamped = hub(shop.folder, "cfdi", "pdf", cfdi.key)
    assert (unstamped.returncode, unstamped.stdout) == (2, "")
    assert "only a stamped CFDI has a PDF" in unstamped.stderr
    on_screen = "\n".join(hub_on_a_terminal(shop.folder, "cfdi", "pdf", stamped(shop).key))
    assert "--out factura.pdf" in on_screen
    assert "%PDF" not in on_screen


def test_what_is_in_doubt_is_listed_with_its_own_exit_code(shop, answer):
    doubts = answer(shop, "doubts", "list")
    assert doubts.code == 4
    assert [set(row) for row in doubts.value] == [{"cfdi", "pac", "since", "says", "asked", "next"}]
    assert doubts.value[0]["says"]


def test_asking_the_pac_again_ends_the_doubt(folder, answer):
    folder.misbehave("lose_answer", times=None)
    folder.stripe.pay(50000, metadata=METADATA)
    folder.poll()
    folder.misbehave("fail", times=None)
    still = hub(folder.folder, "doubts", "recover")
    assert (still.returncode, "in_doubt" in still.stdout) == (4, True)
    wrong = hub(folder.folder, "doubts", "recover", "tienda-A-99")
    assert (wrong.returncode, "`hub doubts list` shows what is" in wrong.stderr) == (2, True)
    folder.behave()
    done = hub(folder.folder, "doubts", "recover", folder.cfdi.key)
    assert (done.returncode, done.stdout) == (0, f"{folder.cfdi.key}: stamped {folder.stamps()[0]}\n")
    assert answer(folder, "doubts", "list").code == 0


def test_what_was_set_aside_is_shown_raw_and_tried_again(shop, answer):
    inbox = answer(shop, "inbox", "list")
    (item,) = inbox.value
    assert (inbox.code, set(item)) == (5, {"id", "source", "kind", "received_at", "says", "hint"})
    assert (item["source"], "mucho" in item["says"]) == ("archivos", True)
    raw = hub(shop.folder, "inbox", "raw", str(item["id"]))
    assert json.loads(raw.stdout)["rows"][0]["row"] == 3
    for words in (["raw", "99999"], ["retry", "99999"]):
        assert hub(shop.folder, "inbox", *words).returncode == 2

    retried = hub(shop.folder, "inbox", "retry", str(item["id"]))
    assert retried.stdout == f"inbox item {item['id']} will be tried again by the daemon\n"
    with shop.flow.store.read() as session:
        assert session.get_one(InboxItem, item["id"]).state == InboxState.RECEIVED
    assert answer(shop, "inbox", "list").code == 0
    shop.engine.run_until_idle(shop.flow)
    assert answer(shop, "inbox", "list").code == 5


def test_what_a_person_dealt_with_in_another_way_is_dismissed_with_its_reason(shop, answer):
    (item,) = answer(shop, "inbox", "list").value
    for words, says in (
        ([str(item["id"]), "--reason", "ok"], "reason in words"),
        (["99999", "--reason", "keyed in as M-1"], "not set aside"),
    ):
        refused = hub(shop.folder, "inbox", "dismiss", *words)
        assert (refused.returncode, says in refused.stderr) == (2, True)
    done = hub(shop.folder, "inbox", "dismiss", str(item["id"]), "--reason", "keyed in as M-1")
    assert (done.returncode, done.stdout) == (0, f"inbox item {item['id']} is dismissed\n")
    assert answer(shop, "inbox", "list").code == 0
    (kept,) = [one for one in answer(shop, "inbox", "list", "--state", "ignored").value if one["id"] == item["id"]]
    assert kept["says"] == "dismissed: keyed in as M-1"
    with shop.flow.store.read() as session:
        event = session.exec(select(Event).where(Event.entity == "inbox", Event.after == "ignored")).all()[-1]
    assert (event.before, event.who.startswith("operator ")) == ("set_aside", True)


def test_a_held_ticket_goes_on_when_it_is_released(folder):
    (folder.folder / "ventas" / "dia.csv").write_text(
        "Folio,Fecha,Concepto,Total\nF-1,2026-11-01,Café,116.00\n", encoding="utf-8"
    )
    folder.poll("archivos")
    assert folder.ticket.state == "held"
    released = hub(folder.folder, "tickets", "release", "F-1")
    assert (released.returncode, released.stdout) == (0, f"ticket {folder.ticket.id} goes on\n")
    assert folder.ticket.state == "open"
    again = hub(folder.folder, "tickets", "release", "F-1")
    assert (again.returncode, again.stderr) == (2, f"ticket {folder.ticket.id} is open, not held\n")


def test_all_that_waited_for_a_first_look_go_on_together(folder):
    count = MOST_AT_ONCE + 2
    rows = [f"F-{number},2026-11-01,Café,116.00" for number in range(count)]
    sales = "\n".join(["Folio,Fecha,Concepto,Total", *rows]) + "\n"
    (folder.folder / "ventas" / "dia.csv").write_text(sales, encoding="utf-8")
    folder.poll("archivos")
    with folder.flow.store.write() as session:
        other = session.exec(select(Ticket).where(Ticket.reference == "F-3")).one()
        other.reason = "a person must look at this one"
    released = hub(folder.folder, "tickets", "release", "--source", "archivos")
    assert (released.returncode, released.stdout) == (0, f"{count - 1} tickets of archivos go on\n")
    assert [ticket.reference for ticket in folder.all(Ticket) if ticket.state == "held"] == ["F-3"]
    assert {ticket.state for ticket in folder.all(Ticket)} == {"held", "open"}
    for words in ([], ["F-1", "--source", "archivos"]):
        refused = hub(folder.folder, "tickets", "release", *words)
        assert (refused.returncode, "say which: a ticket, or --source" in refused.stderr) == (2, True)
    unknown = hub(folder.folder, "tickets", "release", "--source", "stripe")
    assert (unknown.returncode, "there is no source called stripe" in unknown.stderr) == (2, True)


def test_what_a_buyer_wrote_cannot_steer_the_terminal(folder, answer):
    hostile = "[red]hola[/nope]\x1b[2J\x9b0m\r\nsegunda línea"
    with folder.flow.store.write() as session:
        session.add(
            HelpRequest(
                issuer="tienda", topic="otro", contact="[/x]eva@cliente.example", message=hostile, at=folder.clock()
            )
        )
    assert answer(folder, "tickets", "help").value[0]["says"] == hostile
    plain = hub(folder.folder, "tickets", "help").stdout
    assert plain.count("\n") == 2
    for shown in (plain, "\n".join(hub_on_a_terminal(folder.folder, "tickets", "help"))):
        assert "[red]hola[/nope]\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}0m" in shown
        assert "segunda línea" in shown
        assert "[/x]eva@cliente.example" in shown
        assert "\x1b" not in shown


def test_a_terminal_of_100_columns_shows_everything_that_matters(shop):
    tickets = hub_on_a_terminal(shop.folder, "tickets", "list")
    assert max(map(len, tickets)) <= 100
    assert any(f"A-1 {stamped(shop).uuid}" in line for line in tickets)
    totals = [line.index(total) + len(total) for total in ("500.00", "1,234.50") for line in tickets if total in line]
    assert len(set(totals)) == 1
    assert all(" UTC" in line for line in tickets if line[:1].isdigit())
    cfdis = hub_on_a_terminal(shop.folder, "cfdi", "list")
    assert f"    uuid: {stamped(shop).uuid}" in cfdis
    assert max(map(len, cfdis)) <= 100


def test_a_pipe_gets_one_whole_line_for_each_thing(shop):
    header, *lines = hub(shop.folder, "tickets", "list", COLUMNS="40", TZ="America/Tijuana").stdout.splitlines()
    assert header.split() == ["id", "source", "reference", "sold", "at", "total", "currency", "state", "why", "next"]
    assert len(lines) == 4
    assert all(" PST " in line or " PDT " in line for line in lines)
    assert "\N{HORIZONTAL ELLIPSIS}" not in "".join(lines)


def test_a_reader_who_has_enough_costs_no_complaint(shop):
    command = [*HUB, "--config", str(shop.folder / "config.yaml"), "config", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
