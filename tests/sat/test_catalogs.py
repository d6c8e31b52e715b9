"""SAT's catalogs as the hub sees them: in force only, from any thread."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.sat import catalogs, currency


def test_descriptions_come_from_sat():
    assert catalogs.forma_pago("28") == "Tarjeta de débito"
    assert catalogs.metodo_pago("PPD") == "Pago en parcialidades o diferido"
    assert catalogs.regimen("626") == "Régimen Simplificado de Confianza"
    assert catalogs.uso_cfdi("G03") == "Gastos en general"
    assert catalogs.clave_unidad("H87") == "Pieza"
    assert catalogs.clave_prod_serv("01010101") == "No existe en el catálogo"
    assert catalogs.objeto_imp("02") == "Sí objeto de impuesto"
    assert catalogs.exportacion("01") == "No aplica"
    assert catalogs.tipo_relacion("04") == "Sustitución de los CFDI previos"
    assert catalogs.periodicidad("04") == "Mensual"
    assert catalogs.meses("13") == "Enero-Febrero"
    assert catalogs.moneda("MXN") == "Peso Mexicano"
    assert catalogs.pais("USA") == "Estados Unidos (los)"


@pytest.mark.parametrize(
    ("catalog", "obsolete"),
    [
        ("UsoCFDI", ["P01"]),
        ("TipoRelacion", ["08", "09"]),
        ("RegimenFiscal", ["609", "628", "629", "630"]),
        ("FormaPago", ["07", "09", "10", "11", "16", "98"]),
        ("CodigoPostal", ["00000"]),
    ],
)
def test_keys_that_cfdi_4_dropped_look_unknown(catalog, obsolete):
    assert not set(obsolete) & catalogs.keys(catalog)
    assert all(catalogs.lookup(catalog, key) is None for key in obsolete)


def test_there_are_22_formas_de_pago():
    assert len(catalogs.keys("FormaPago")) == 22


def test_a_postcode_tells_its_state_and_border_incentive():
    assert catalogs.codigo_postal("22000").estado == "BCN"
    assert catalogs.codigo_postal("22000").estimulo == "1"
    assert catalogs.codigo_postal("06600").estimulo == "0"
    assert catalogs.codigo_postal("00001") is None


def test_threads_may_read_at_the_same_time():
    keys = sorted(catalogs.keys("ClaveUnidad"))[:200]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(catalogs.clave_unidad, keys))


@pytest.mark.parametrize(
    ("moneda", "decimals"), [("MXN", 2), ("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XXX", 0)]
)
def test_currencies_have_their_decimals(moneda, decimals):
    assert currency.decimals(moneda) == decimals == catalogs.moneda_decimales(moneda)


def test_an_unknown_currency_is_an_error():
    with pytest.raises(KeyError, match="PESOS"):
        currency.decimals("PESOS")
