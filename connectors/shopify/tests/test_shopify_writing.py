import json

import pytest

from connectors.shopify.config import ShopifyConfig
from hub.plugin import ConfigError, Outcome


def outcome(clock, identifier, **fields):
    return Outcome(id=str(identifier), state="invoiced", serie="A", folio="17", uuid="U-1", at=clock(), **fields)


def test_one_metafield_tells_all_and_changes_nothing_else(world, clock, items):
    order = world.fake.sell(items)
    before = dict(order)

    assert world.source.write_back(world.http, [outcome(clock, order["id"])]) == {}

    ((place, value),) = world.fake.orders[order["id"]].metafields.items()
    assert place == ("cfdi", "factura")
    assert json.loads(value) == {
        "estado": "timbrada",
        "folio": "A-17",
        "uuid": "U-1",
        "motivo": "",
        "liga": "",
        "fecha": clock().isoformat(),
    }
    assert {**order, "updated_at": None} == {**before, "updated_at": None}


def test_an_order_that_is_gone_does_not_keep_the_others_from_being_written(world, clock, items):
    order = world.fake.sell(items)
    told = [outcome(clock, name) for name in (6999, order["id"], "not-a-number")]

    assert set(world.source.write_back(world.http, told)) == {"6999", "not-a-number"}
    assert world.fake.orders[order["id"]].metafields


def test_the_metafield_may_be_another(world, clock, items):
    order = world.fake.sell(items)

    world.source_with(write_back_metafield="$app:facturas.cfdi").write_back(world.http, [outcome(clock, order["id"])])

    assert list(world.fake.orders[order["id"]].metafields) == [("$app:facturas", "cfdi")]


@pytest.mark.parametrize("wrong", ["cfdi", "a.b", "cfdi.factura.uuid", "c f.factura"])
def test_a_metafield_needs_a_namespace_and_a_key(wrong):
    with pytest.raises(ValueError, match="write_back_metafield"):
        ShopifyConfig(shop="t.myshopify.com", access_token="x", write_back_metafield=wrong)


def test_a_metafield_of_another_type_is_a_persons_matter(world, clock, items, monkeypatch):
    order = world.fake.sell(items)
    error = {"field": ["metafields", "0", "type"], "message": "Type must be consistent", "code": "INVALID_TYPE"}
    monkeypatch.setattr(world.fake.admin, "_metafields_set", lambda metafields: {"userErrors": [error]})

    with pytest.raises(ConfigError, match="Type must be consistent"):
        world.source.write_back(world.http, [outcome(clock, order["id"])])


def test_the_scope_is_looked_for_beforehand(world, clock, items):
    assert "cfdi.factura" in world.source.check_write_back(world.http)
    order = world.fake.sell(items)

    world.fake.forbid("write_orders")

    with pytest.raises(ConfigError, match="write_orders"):
        world.source.check_write_back(world.http)
    with pytest.raises(ConfigError, match="write_orders"):
        world.source.write_back(world.http, [outcome(clock, order["id"])])
    assert "Shopify answers" in world.source.check(world.http)
