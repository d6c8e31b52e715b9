"""Bugs that a hub may have, to be put into this one: the simulation has to find each."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from hub.flow import decide, deliver, doubt, draft, intake, invoice, new_sales, outbox, poll, stamp
from hub.flow.receive import Receipt, receive
from hub.flow.work import due, finish
from hub.plugin import NeverStamped, Rejected, StillUnknown
from hub.store import Cfdi, CfdiState, CfdiXml, SourceState
from hub.store.inserts import insert_new
from hub.store.states import move_cfdi
from hub.web import webhooks
from pac_providers.sandbox.provider import Sandbox
from tests.simulation import world

Plant = Callable[[pytest.MonkeyPatch], None]
BUGS: dict[str, Plant] = {}


def bug(plant: Plant) -> Plant:
    BUGS[plant.__name__.replace("_", " ")] = plant
    return plant


@bug
def the_token_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lost a lease writes all the same."""

    def anybody(session: Session, table: Any, row_id: int, _token: str) -> Any:
        return session.get_one(table, row_id)

    for module in (decide, deliver, doubt, invoice, poll, stamp):
        monkeypatch.setattr(module, "held", anybody)


@bug
def a_doubt_is_taken_for_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer, so it did not happen: a new document."""

    def refused(flow: Any, cfdi: Cfdi, token: str, _error: Exception) -> None:
        stamp._settle(flow, cfdi, token, Rejected("999", "no answer"))

    monkeypatch.setattr(stamp, "_doubt", refused)


@bug
def what_is_in_doubt_is_sent_again_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sandbox, "recover", lambda *_: NeverStamped(proven=True))


@bug
def a_start_forgets_what_was_being_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if `sending` meant not sent yet."""

    def forgetful(flow: Any, release: Any = world.release_leases) -> None:
        release(flow)
        with flow.store.write() as session:
            for cfdi in session.exec(select(Cfdi).where(Cfdi.state == CfdiState.SENDING)):
                move_cfdi(session, cfdi, CfdiState.SEALED, at=flow.now(), why="a new start", who="hub")

    monkeypatch.setattr(world, "release_leases", forgetful)


@bug
def letters_are_thrown_away_before_they_are_in_the_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(flow: Any) -> None:
        letters = flow.letterbox.oldest(100)
        flow.letterbox.forget(list(letters))
        with flow.store.write() as session:
            for item in letters.values():
                insert_new(session, item)

    monkeypatch.setattr(world, "take_letters", hasty)


@bug
def a_delivery_is_acknowledged_before_it_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    def eager(*arguments: Any) -> Receipt:
        try:
            return receive(*arguments)
        except Exception:
            return Receipt(new=True)

    monkeypatch.setattr(webhooks, "receive", eager)


@bug
def the_cursor_moves_before_the_page_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def take_in(flow: Any, session: Session, source: str, mapped: Any, plain: Any = poll.take_in) -> Any:
        session.exec(select(SourceState)).one().complete_until = flow.now()
        session.commit()
        session.begin()
        return plain(flow, session, source, mapped)

    monkeypatch.setattr(poll, "take_in", take_in)


@bug
def a_mail_has_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time that it is true it is told."""
    numbers = itertools.count()

    def insert(flow: Any, session: Session, row: Any, plain: Any = outbox._insert) -> None:
        row.key = f"{row.key}:{next(numbers)}"
        row.message_id = f"<{next(numbers)}@hub>"
        plain(flow, session, row)

    monkeypatch.setattr(outbox, "_insert", insert)


@bug
def each_attempt_is_another_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = itertools.count()

    def compose(*arguments: Any, plain: Any = deliver.compose) -> Any:
        return replace(plain(*arguments), message_id=f"<{next(numbers)}@hub>")

    monkeypatch.setattr(deliver, "compose", compose)


@bug
def the_seal_is_made_anew_for_each_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def free(flow: Any, session: Session, row: Cfdi, plain: Any = doubt.free, **why: str) -> None:
        session.get_one(CfdiXml, row.id).sealed += b" "
        plain(flow, session, row, **why)

    monkeypatch.setattr(doubt, "free", free)


@bug
def a_claimed_ticket_is_invoiced_without_a_look_at_its_refunds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "net_of_refunds", lambda sale, _refunded: sale)


@bug
def a_refund_that_came_before_its_sale_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    def sale(*arguments: Any, plain: Any = intake._sale) -> str:
        with pytest.MonkeyPatch.context() as without:
            without.setattr(intake, "apply_refunds", lambda *_, **__: None)
            return plain(*arguments)

    monkeypatch.setattr(intake, "_sale", sale)
    monkeypatch.setattr(new_sales, "apply_refunds", lambda *_, **__: None)


@bug
def a_mail_that_failed_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(flow: Any, delivery: Any, token: str, _error: Exception) -> None:
        with flow.store.write() as session:
            finish(deliver.held(session, type(delivery), delivery.id, token))

    monkeypatch.setattr(deliver, "_wait", wait)


@bug
def a_pac_that_cannot_tell_is_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sandbox, "recover", lambda *_: StillUnknown("as ever"))


@bug
def a_ticket_is_invoiced_while_its_cfdi_is_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The constraint of the database is the last wall: the step runs into it."""

    def journal(flow: Any, session: Session, ticket: Any, *rest: Any, plain: Any = invoice._journal) -> None:
        plain(flow, session, ticket, *rest)
        due(ticket, flow.now())

    monkeypatch.setattr(invoice, "_journal", journal)
    monkeypatch.setattr(invoice, "finish", lambda _: None)
