import pytest

from connectors.stripe.writing import LONGEST
from hub.plugin import ConfigError, Outcome


def outcome(clock, identifier, **fields):
    return Outcome(id=identifier, state="invoiced", serie="A", folio="17", uuid="U-1", at=clock(), **fields)


def test_the_folio_stands_in_the_metadata_beside_what_the_shop_wrote(world, clock):
    intent = world.fake.pay(10000, metadata={"rfc": "URE180429TM6"})

    assert world.source.write_back(world.http, [outcome(clock, intent["id"])]) == {}

    assert intent["metadata"] == {
        "rfc": "URE180429TM6",
        "cfdi_estado": "timbrada",
        "cfdi_folio": "A-17",
        "cfdi_uuid": "U-1",
        "cfdi_fecha": "2026-11-03T16:30:00+00:00",
    }


def test_a_charge_an_invoice_and_a_connected_accounts_payment_are_written_where_they_are(world, clock, items):
    charge = world.fake.put({"id": "ch_lone", "object": "charge"})
    invoice = world.fake.invoice(items, out_of_band=True)
    theirs = world.fake.pay(10000, account="acct_1")

    told = [outcome(clock, name) for name in ("ch_lone", invoice["id"], f"acct_1:{theirs['id']}", theirs["id"])]

    assert set(world.source.write_back(world.http, told)) == {theirs["id"]}
    assert [one["metadata"]["cfdi_uuid"] for one in (charge, invoice, theirs)] == ["U-1"] * 3


def test_a_sentence_that_stripe_would_not_take_is_cut(world, clock):
    intent = world.fake.pay(10000)

    world.source.write_back(world.http, [outcome(clock, intent["id"], reason="x" * 600)])

    assert intent["metadata"]["cfdi_motivo"] == "x" * LONGEST


@pytest.mark.parametrize("resource", ["payment_intents", "charges", "invoices"])
def test_a_key_that_may_not_write_is_told_beforehand(world, resource):
    assert "can be written" in world.source.check_write_back(world.http)

    world.fake.forbid(f"{resource}:write")

    with pytest.raises(ConfigError, match=resource) as caught:
        world.source.check_write_back(world.http)
    assert "write permission" in caught.value.hint
