"""The time zone of a postcode, which decides whether a PAC takes Fecha."""

import pytest

from hub.sat import zone


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
