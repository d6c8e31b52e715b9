"""Between which sources an order and a payment may be one sale."""

import pytest

from hub.config.checks import cross_checks

ISSUERS = {"tienda": {}, "otra": {}}


def problems(**sources):
    return [(problem.key, problem.message) for problem in cross_checks({"issuers": ISSUERS, "sources": sources})]


def source(*paid_through, issuer="tienda"):
    return {"issuer": issuer, "paid_through": list(paid_through)}


def test_a_gateway_may_serve_several_shops():
    assert problems(one=source("gateway"), two=source("gateway"), gateway=source()) == []


@pytest.mark.parametrize("others", [{"c": source()}, {"c": source("a")}])
def test_a_gateway_has_no_gateway_of_its_own(others):
    found = problems(a=source("b"), b=source("c"), **others)
    assert (("sources", "a", "paid_through", 0), "`b` has a paid_through itself") in found


def test_an_order_and_its_payment_have_one_issuer():
    key = ("sources", "a", "paid_through", 0)
    assert problems(a=source("b"), b=source(issuer="otra")) == [
        (key, "`b` belongs to issuer `otra`, this source does not")
    ]
