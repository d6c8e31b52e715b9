"""Hooks of several plugins together: order, isolation, and whose fault it is."""

import threading
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import structlog
import typer

from hub.plugin import (
    Buyer,
    ContractError,
    DataError,
    Draft,
    Event,
    Issuer,
    Line,
    Objection,
    ProductCode,
    Sale,
    TransientError,
    hookimpl,
)
from hub.registry import Registry
from tests.registry.plugin_modules import packages

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LINE = Line(description="Taza", unit_price=Decimal(116), total=Decimal(116))
SALE = Sale(id="A1", sold_at=NOW, currency="MXN", total=Decimal(116), lines=(LINE,))
ISSUER = Issuer("tienda", "EKU9003173C9", "ESCUELA KEMPER URGATE", "601", "42501")
DRAFT = Draft(SALE, ISSUER, Buyer(rfc="XAXX010101000"), Decimal(116), "MXN")
EVENT = Event("cfdi.stamped", "1", NOW)


@pytest.fixture
def hooks(tmp_path):
    """Gives hooks(one, two, ...): each function is a plugin, in the order in which they are loaded."""
    with packages(tmp_path) as package:

        def load(*functions):
            points = [package(f"hub-{at}", f"p{at}", **{f.__name__: hookimpl(f)}) for at, f in enumerate(functions)]
            registry = Registry.load(points, environ={})
            assert [plugin.error for plugin in registry.plugins] == [""] * len(functions)
            return registry.hook

        yield load


def receiver(answer):
    def hub_receiver(sale):
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return hub_receiver


def reviewer(answer):
    def hub_review_draft(draft):
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return hub_review_draft


def test_the_first_answer_wins_and_none_means_not_mine(hooks):
    first, second = Buyer(rfc="AAA010101AAA"), Buyer(rfc="BBB010101BBB")
    relay = hooks(receiver(first), receiver(second), receiver(None))
    assert relay.hub_receiver(SALE, ISSUER) == second
    assert hooks(receiver(None)).hub_receiver(SALE, ISSUER) is None


def test_whether_any_plugin_is_asked_for_receivers(hooks):
    assert hooks(reviewer(()), receiver(None)).knows_receivers
    assert not hooks(reviewer(())).knows_receivers


def test_no_plugin_means_no_answer(hooks):
    relay = hooks()
    assert relay.hub_receiver(SALE, ISSUER) is None
    assert relay.hub_product_code(LINE, SALE, ISSUER) is None
    assert relay.hub_review_draft(DRAFT) == ()
    assert relay.hub_event([EVENT], patience_s=30) == ()


def test_a_hook_gets_only_the_arguments_that_it_names(hooks):
    def hub_product_code(issuer, line):
        return ProductCode("81112500", "E48") if (issuer, line) == (ISSUER, LINE) else None

    assert hooks(hub_product_code).hub_product_code(LINE, SALE, ISSUER) == ProductCode("81112500", "E48")


def test_an_error_of_a_policy_hook_names_the_plugin(hooks):
    with pytest.raises(ContractError, match=r"hub-0 1.0 \(p0\): hub_receiver raised KeyError: 'x'"):
        hooks(receiver(KeyError("x"))).hub_receiver(SALE, ISSUER)


def test_an_error_of_the_api_keeps_its_class_and_names_the_plugin(hooks):
    with pytest.raises(DataError, match=r"hub-0 1.0 \(p0\): bad sku") as caught:
        hooks(receiver(DataError("bad sku", hint="mend it", field="sku"))).hub_receiver(SALE, ISSUER)
    assert (caught.value.hint, caught.value.field) == ("mend it", "sku")


def test_an_answer_of_the_wrong_type_names_the_plugin(hooks):
    with pytest.raises(ContractError, match=r"hub-0 .* hub_receiver answered a str, not a Buyer"):
        hooks(receiver("EKU9003173C9")).hub_receiver(SALE, ISSUER)


def test_every_objection_counts(hooks):
    relay = hooks(reviewer([Objection("a"), Objection("b")]), reviewer(None), reviewer([Objection("c")]))
    assert {objection.reason for objection in relay.hub_review_draft(DRAFT)} == {"a", "b", "c"}


@pytest.mark.parametrize("broken", [ValueError("boom"), SystemExit(1), ["no"], 7, DataError("odd")], ids=repr)
def test_a_reviewer_that_breaks_is_an_objection_that_names_it(hooks, broken):
    relay = hooks(reviewer([Objection("a")]), reviewer(broken))
    reasons = sorted(objection.reason for objection in relay.hub_review_draft(DRAFT))
    assert reasons[0] == "a"
    assert "hub-1 1.0 (p1)" in reasons[1]


def test_a_reviewer_that_breaks_while_it_is_read_is_an_objection(hooks):
    def hub_review_draft(draft):
        yield Objection("seen")
        raise ValueError("late")

    (objection,) = hooks(hub_review_draft).hub_review_draft(DRAFT)
    assert "late" in objection.reason


def test_a_reviewer_that_cannot_tell_now_is_asked_again_later(hooks):
    with pytest.raises(TransientError):
        hooks(reviewer(TransientError("down"))).hub_review_draft(DRAFT)


@pytest.mark.parametrize("broken", [ValueError("boom"), SystemExit(1)], ids=repr)
def test_an_observer_that_raises_is_logged_and_the_others_still_hear(hooks, broken):
    heard = []

    def observer(first):
        def hub_event(event):
            heard.append(first)
            raise broken

        return hub_event

    with structlog.testing.capture_logs() as logs:
        assert hooks(observer(0), observer(1)).hub_event([EVENT, EVENT], patience_s=30) == ()
    assert sorted(heard) == [0, 0, 1, 1]
    assert sorted(entry["plugin"] for entry in logs) == ["hub-0 1.0 (p0)"] * 2 + ["hub-1 1.0 (p1)"] * 2


def test_an_observer_that_hangs_is_named_once_waited_for_and_hears_again_when_it_is_back(hooks):
    heard, go_on = [], threading.Event()

    def observer(name):
        def hub_event(event):
            heard.append(name)
            if name == "hangs":
                go_on.wait(60)

        return hub_event

    relay = hooks(observer("hangs"), observer("hears"))
    hung = ("hub-0 1.0 (p0)",)
    assert relay.hub_event([EVENT, EVENT], patience_s=0.2) == hung
    assert relay.hub_event([EVENT], patience_s=60) == hung
    assert sorted(heard) == ["hangs", "hears", "hears", "hears"]
    go_on.set()
    until = time.monotonic() + 60
    while relay.hub_event([], patience_s=0.1):
        assert time.monotonic() < until
    assert relay.hub_event([EVENT], patience_s=60) == ()
    assert sorted(heard) == ["hangs"] * 3 + ["hears"] * 4


def test_plugins_add_commands_but_replace_none(hooks):
    def mine():
        """Mine."""

    def adds(name, breaks=False):
        def hub_commands(cli):
            cli.command(name)(mine)
            if breaks:
                raise ValueError("late")

        return hub_commands

    cli = typer.Typer()
    cli.command("run")(lambda: None)
    ours = cli.registered_commands[0]
    with structlog.testing.capture_logs() as logs:
        hooks(adds("extra"), adds("run"), adds("half", breaks=True)).hub_commands(cli)
    assert [command.name for command in cli.registered_commands] == ["run", "extra"]
    assert cli.registered_commands[0] is ours
    assert len(logs) == 2
