"""The time zone of a postcode, which decides whether a PAC takes Fecha."""

import sqlite3
from contextlib import closing

import pytest

from hub.sat import update, zone


@pytest.mark.parametrize(
    ("codigo_postal", "name"),
    [
        ("06600", "America/Mexico_City"),
        ("23000", "America/Hermosillo"),
        ("80000", "America/Hermosillo"),
        ("83000", "America/Hermosillo"),
        ("63000", "America/Hermosillo"),
        ("63732", "America/Mexico_City"),
        ("21000", "America/Tijuana"),
        ("77500", "America/Cancun"),
        ("31000", "America/Mexico_City"),
        ("32000", "America/Ciudad_Juarez"),
        ("88500", "America/Matamoros"),
        ("26000", "America/Matamoros"),
        ("65000", "America/Matamoros"),
    ],
)
def test_a_postcode_has_its_legal_zone(codigo_postal, name):
    assert zone.zone_of(codigo_postal).key == name


def test_an_unknown_postcode_says_what_to_do():
    with pytest.raises(LookupError, match="nearest"):
        zone.zone_of("00001")


def test_a_time_zone_that_the_hub_does_not_know_is_named(tmp_path, published, use):
    source = tmp_path / "new.db"
    source.write_bytes(published.read_bytes())
    with closing(sqlite3.connect(source)) as db:
        db.execute("UPDATE cfdi_40_codigos_postales SET huso_descripcion = 'Tiempo del Golfo' WHERE id = '06600'")
        db.commit()
    update.update_catalogs(tmp_path / "catalogs", str(source))
    use(tmp_path / "catalogs")

    with pytest.raises(LookupError, match="Tiempo del Golfo"):
        zone.zone_of("06600")
