"""A marketplace: each sale names its seller, and the right certificate invoices."""

import pytest
from sqlmodel import select

from hub.cfdi import ACuentaTerceros, read
from hub.flow.preview import preview
from hub.flow.release import release
from hub.store import CfdiXml, Ticket
from hub.testing.csd import make_csd
from tests.flow.test_linking import BUYER, SHOP, gateway, only, order, payment, shop
from tests.support.world import world

SELLER = {"rfc": "IIA040805DZ4", "nombre": "INDISTRIA ILUMINADORA DE ALMACENES"}
THIRD = {"rfc": "H&E951128469", "nombre": "HERRERIA & ELECTRICOS", "regimen_fiscal": "601", "codigo_postal": "06002"}
CSD = make_csd(SELLER["rfc"], SELLER["nombre"])


@pytest.fixture
def says():
    """What the source's settings say besides who its sellers are."""
    return {}


@pytest.fixture
def hub(tmp_path, database_url, says):
    (tmp_path / "seller.cer").write_bytes(CSD.cer)
    (tmp_path / "seller.key").write_bytes(CSD.key)
    issuer = {
        **SELLER,
        "regimen_fiscal": "601",
        "codigo_postal": "06600",
        "csd": {
            "certificate": {"$file": "seller.cer"},
            "private_key": {"$file": "seller.key"},
            "password": CSD.password,
        },
        "pac": "pruebas",
        "serie": "S",
    }
    sellers = {"acct_own": {"issuer": "vendedora"}, "acct_third": THIRD}
    with world(
        tmp_path,
        database_url,
        issuers__vendedora=issuer,
        sources__shop={**SHOP, "sellers": sellers, "forma_pago": "04", **says},
    ) as made:
        yield made


def document(hub):
    return read(hub.only(CfdiXml).stamped)


def test_a_seller_with_a_certificate_here_invoices_itself(hub):
    shop(hub, order(hub, seller="acct_own", buyer=BUYER))
    hub.work()
    assert (only(hub).issuer, document(hub).emisor.rfc, document(hub).serie) == ("vendedora", SELLER["rfc"], "S")
    assert document(hub).lugar_expedicion == "06600"


def test_for_another_seller_the_platform_invoices_on_the_sellers_account(hub):
    shop(hub, order(hub, seller="acct_third", buyer=BUYER))
    hub.work()
    assert (only(hub).issuer, document(hub).emisor.rfc) == ("tienda", "EKU9003173C9")
    principal = ACuentaTerceros(THIRD["rfc"], THIRD["nombre"], THIRD["regimen_fiscal"], THIRD["codigo_postal"])
    assert [concepto.a_cuenta_terceros for concepto in document(hub).conceptos] == [principal]


def test_what_the_platform_sold_itself_is_its_own(hub):
    shop(hub, order(hub, buyer=BUYER))
    hub.work()
    assert (only(hub).issuer, document(hub).conceptos[0].a_cuenta_terceros) == ("tienda", None)


def test_a_sale_of_an_unknown_seller_waits_for_a_person(hub):
    shop(hub, order(hub, seller="acct_new", buyer=BUYER))
    hub.work()
    assert (only(hub).state, only(hub).reason) == ("held", "seller acct_new is not among the sellers of its source")
    with hub.flow.store.write() as session:
        release(hub.flow, session, session.exec(select(Ticket)).one(), who="operator")
    hub.work()
    assert (only(hub).state, document(hub).emisor.rfc) == ("invoiced", "EKU9003173C9")


@pytest.mark.parametrize("says", [{"unknown_seller": "hold"}])
def test_sales_of_unknown_sellers_are_held_if_that_is_set(hub):
    shop(hub, order(hub, seller="acct_new", buyer=BUYER))
    hub.work()
    assert (only(hub).state, only(hub).issuer, hub.all(CfdiXml)) == ("held", "tienda", [])


@pytest.mark.parametrize("says", [{"unknown_seller": "issuer"}])
@pytest.mark.parametrize("first", ["order", "payment"])
def test_sales_of_unknown_sellers_are_the_issuers_if_that_is_set(hub, first):
    told = [(shop, order(hub, seller="acct_new", buyer=BUYER)), (gateway, payment(hub))]
    for by, movement in told if first == "order" else told[::-1]:
        by(hub, movement)
    hub.work()
    assert (only(hub).state, only(hub).issuer, document(hub).emisor.rfc) == ("invoiced", "tienda", "EKU9003173C9")
    assert document(hub).conceptos[0].a_cuenta_terceros is None


@pytest.mark.parametrize("says", [{"unknown_seller": "issuer"}])
def test_sellers_that_are_known_are_followed_whatever_is_done_with_the_others(hub):
    shop(hub, order(hub, seller="acct_own", buyer=BUYER))
    hub.work()
    assert document(hub).emisor.rfc == SELLER["rfc"]


@pytest.mark.parametrize("unknown", ["hold", "issuer"])
def test_a_seller_that_only_the_payment_knows_and_its_source_does_not(tmp_path, database_url, unknown):
    settings = {"sellers": {"acct_third": THIRD}, "unknown_seller": unknown}
    changes = {f"sources__stripe-mx__{name}": value for name, value in settings.items()}
    with world(tmp_path, database_url, sources__shop=SHOP, **changes) as hub:
        shop(hub, order(hub, buyer=BUYER))
        gateway(hub, payment(hub, seller="acct_new"))
        hub.work()
        assert only(hub).state == {"hold": "held", "issuer": "invoiced"}[unknown]


@pytest.mark.parametrize(
    ("seller", "issuer", "state"),
    [
        ("acct_own", "vendedora", "claimed"),
        ("acct_third", "tienda", "claimed"),
        (None, "tienda", "claimed"),
        ("acct_new", "tienda", "held"),
    ],
)
def test_a_preview_shows_who_would_invoice_and_what_waits_for_a_person(hub, seller, issuer, state):
    found = preview(hub.flow, "shop", order(hub, seller=seller, buyer=BUYER))
    assert (found.ticket.issuer, found.state) == (issuer, state)
    assert ("acct_new is not among" in found.why) == (state == "held")
    assert hub.all(Ticket) == []


def test_a_seller_that_the_source_corrects_is_followed(hub):
    shop(hub, order(hub, seller="acct_new", buyer=BUYER))
    shop(hub, order(hub, seller="acct_own", buyer=BUYER))
    hub.work()
    assert (only(hub).state, document(hub).emisor.rfc) == ("invoiced", SELLER["rfc"])


@pytest.mark.parametrize("first", ["order", "payment"])
def test_the_seller_is_the_orders_whatever_the_payment_says(hub, first):
    told = [(shop, order(hub, seller="acct_own", buyer=BUYER)), (gateway, payment(hub, seller="acct_third"))]
    for by, movement in told if first == "order" else told[::-1]:
        by(hub, movement)
    hub.work()
    assert document(hub).emisor.rfc == SELLER["rfc"]


def test_a_payment_knows_the_seller_where_the_order_does_not(tmp_path, database_url):
    sellers = {"acct_third": THIRD}
    with world(tmp_path, database_url, sources__shop=SHOP, **{"sources__stripe-mx__sellers": sellers}) as hub:
        shop(hub, order(hub, buyer=BUYER))
        gateway(hub, payment(hub, seller="acct_third"))
        hub.work()
        assert document(hub).conceptos[0].a_cuenta_terceros.rfc == THIRD["rfc"]
