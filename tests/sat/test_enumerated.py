"""A key is good enough to be sent if SAT's catalogs or SAT's schema list it."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.sat import catalogs, search, update
from hub.sat.enumerated import enumeration, may_be_sent
from hub.sat.shipped import Shipped
from tests.sat.test_catalog_updates import changed

GIANTS = ("ClaveProdServ", "ClaveUnidad", "CodigoPostal", "Moneda", "Pais")


@pytest.mark.parametrize("catalog", GIANTS)
def test_every_key_of_sats_schema_may_be_sent(catalog):
    assert len(enumeration(catalog)) > 150
    beyond = enumeration(catalog) - catalogs.keys(catalog) - {"00000"}
    assert all(may_be_sent(catalog, key) for key in beyond)


def test_the_catalog_of_products_lacks_a_few_keys_of_the_schema():
    lacking = enumeration("ClaveProdServ") - catalogs.keys("ClaveProdServ")

    assert 0 < len(lacking) < 500
    assert "93151506" in lacking
    assert {row for row, _, _ in Shipped().rows("ClaveProdServ")} <= enumeration("ClaveProdServ")


@pytest.mark.parametrize(
    ("catalog", "key"), [("ClaveProdServ", "00000000"), ("ClaveUnidad", "PZA"), ("CodigoPostal", "00000")]
)
def test_a_key_that_nobody_lists_may_not_be_sent(catalog, key):
    assert not may_be_sent(catalog, key)


def test_a_catalog_that_the_schema_does_not_know_has_no_keys():
    assert enumeration("Nada") == frozenset()


def test_a_key_that_the_catalogs_retired_may_not_be_sent(tmp_path, published, use):
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    source = changed(
        published,
        tmp_path / "new.db",
        f"UPDATE cfdi_40_productos_servicios SET vigencia_hasta = '{yesterday}' WHERE id = '53103000'",
        "DELETE FROM cfdi_40_claves_unidades WHERE id = 'DX'",
    )
    update.update_catalogs(tmp_path / "catalogs", source)
    use(tmp_path / "catalogs")

    assert "53103000" in enumeration("ClaveProdServ")
    assert not may_be_sent("ClaveProdServ", "53103000")
    assert not catalogs.is_key("ClaveUnidad", "DX")
    assert may_be_sent("ClaveUnidad", "DX")
    assert search.suggest_product("93151506") == ()
