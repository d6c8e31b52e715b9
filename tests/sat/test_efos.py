"""The list of CFF 69-B: read as SAT writes it, asked by RFC."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.sat import efos, efos_csv, update
from hub.sat.efos import Listed, Situation
from hub.sat.errors import CatalogError

STAGES = ("presunción", "contribuyentes que desvirtuaron", "definitivos", "sentencia favorable")
PAGES = ("presuntos", "desvirtuados", "definitivos", "sentencia favorable")
HEADER = ["No", "RFC", "Nombre del Contribuyente", "Situación del contribuyente"]
for stage, page in zip(STAGES, PAGES, strict=True):
    HEADER += [f"Número y fecha de oficio global de {stage} SAT", f"Publicación página SAT {page}"]
    HEADER += [f"Número y fecha de oficio global de {stage} DOF", f"Publicación DOF {page}"]
TITLES = (
    '"Información actualizada al 30 de octubre de 2026"\r\n"Listado completo de contribuyentes (Artículo 69-B)"\r\n'
)


def line(rfc, situation, *, stage=0, page="", dof="", nombre='"NUÑEZ Y ASOCIADOS, SA DE CV"'):
    days = [""] * 16
    days[stage * 4 + 1], days[stage * 4 + 3] = page, dof
    return ",".join(["1", rfc, nombre, situation, *days])


def csv_of(*lines):
    return (TITLES + ",".join(HEADER) + "\r\n" + "\r\n".join(lines) + "\r\n").encode("cp1252")


def parsed(*lines):
    return list(efos_csv.parse(csv_of(*lines), least=1))


def test_a_row_is_read_with_its_words_and_the_first_day_it_was_published():
    rows = parsed(line("AAA120730823", "Definitivo", stage=2, page="05/10/2018", dof="23/10/2018"))

    assert rows == [Listed("AAA120730823", "NUÑEZ Y ASOCIADOS, SA DE CV", Situation.DEFINITIVO, date(2018, 10, 5))]


@pytest.mark.parametrize(
    ("written", "stage", "situation", "risk"),
    [
        ("Presunto", 0, Situation.PRESUNTO, True),
        ("DESVIRTUADO", 1, Situation.DESVIRTUADO, False),
        (" Definitivo ", 2, Situation.DEFINITIVO, True),
        ("Sentencia Favorable", 3, Situation.SENTENCIA_FAVORABLE, False),
        ("Sentencias Favorables", 3, Situation.SENTENCIA_FAVORABLE, False),
    ],
)
def test_each_situation_has_its_own_day_and_weight(written, stage, situation, risk):
    (row,) = parsed(line("AAA120730823", written, stage=stage, dof="1/2/2020"))

    assert (row.situation, row.since, row.situation.is_risk) == (situation, date(2020, 2, 1), risk)


@pytest.mark.parametrize("day", ["", "pendiente", "31/02/2020", "2020-02-01", "99/99/9999"])
def test_a_day_that_is_none_is_unknown(day):
    (row,) = parsed(line("AAA120730823", "Presunto", page=day))
    assert row.since is None


def test_a_day_inside_other_words_is_found():
    (row,) = parsed(line("AAA120730823", "Presunto", page="500-05-2019-1 de 03/04/2019"))
    assert row.since == date(2019, 4, 3)


def test_columns_may_move_and_a_name_may_hold_a_line_break():
    header = ",".join(["RFC", "Situación del contribuyente", "Nombre del Contribuyente", "Publicación DOF definitivos"])
    content = f'{header}\n&ÑA120730823,Definitivo,"LOS\nÑANDÚES",01/01/2021\n'.encode("cp1252")

    assert list(efos_csv.parse(content, least=1)) == [
        Listed("&ÑA120730823", "LOS ÑANDÚES", Situation.DEFINITIVO, date(2021, 1, 1))
    ]


def test_a_copy_saved_as_utf_8_is_read_too():
    content = csv_of(line("AAA120730823", "Presunto")).decode("cp1252").encode("utf-8-sig")
    assert next(iter(efos_csv.parse(content, least=1))).nombre.startswith("NUÑEZ")


def test_masked_and_broken_rows_are_left_out():
    good = [line(f"AAA120730{n:03}", "Presunto") for n in range(200)]
    rows = parsed(*good, line("XXXXXXXXXXXX", "Definitivo"), ",,,", "", "1,AAA120730823")
    assert len(rows) == 200


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "header"),
        (b"<html><body>Mantenimiento</body></html>", "header"),
        (b"\x00" * 1000, "header"),
        (csv_of(), "0 rows can be read"),
        (csv_of(*["1,AAA120730823,A,Otro"] * 5, line("AAA120730823", "Presunto")), "5 cannot"),
    ],
)
def test_what_is_not_the_list_is_refused(content, reason):
    with pytest.raises(CatalogError, match=reason):
        list(efos_csv.parse(content, least=1))


def test_a_cell_without_end_is_refused():
    with pytest.raises(CatalogError):
        list(efos_csv.parse(csv_of(line("AAA120730823", "Presunto", nombre='"' + "A" * 300_000)), least=1))


def test_half_a_list_is_refused_by_its_length():
    with pytest.raises(CatalogError, match="at least 5000"):
        list(efos_csv.parse(csv_of(line("AAA120730823", "Presunto"))))


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_list_or_refused(content):
    try:
        rows = list(efos_csv.parse(TITLES.encode("cp1252") + content, least=0))
    except CatalogError:
        return
    assert all(isinstance(row, Listed) for row in rows)


@pytest.fixture
def whole_list(tmp_path):
    filler = [line(f"ZZZ{n // 1000:02}0101{n % 1000:03}", "Desvirtuado", stage=1) for n in range(6000)]
    path = tmp_path / "list.csv"

    def write(*lines):
        path.write_bytes(csv_of(*lines, *filler))
        return str(path)

    return write


def test_without_a_list_nobody_is_listed(use, tmp_path):
    assert efos.manifest() is None
    use(tmp_path)
    assert efos.manifest() is None
    assert efos.status("AAA120730823") is None


def test_an_installed_list_is_asked_by_rfc_and_renewed_while_in_use(use, tmp_path, whole_list):
    directory = tmp_path / "catalogs"
    use(directory)
    update.update_efos(directory, whole_list(line("AAA120730823", "Presunto", page="01/03/2026")))

    assert efos.manifest().source.endswith("list.csv")
    assert efos.status("AAA120730823").situation == "Presunto"
    assert efos.status("AAA120730823").since == date(2026, 3, 1)
    assert efos.status("EKU9003173C9") is None

    update.update_efos(directory, whole_list(line("AAA120730823", "Definitivo", stage=2, dof="01/09/2026")))

    assert efos.status("AAA120730823").situation is Situation.DEFINITIVO
    assert len(list(directory.glob("efos-*.db"))) == 2


def test_of_a_taxpayer_listed_twice_the_later_publication_counts(use, tmp_path, whole_list):
    earlier = line("AAA120730823", "Definitivo", stage=2, dof="01/09/2020")
    later = line("AAA120730823", "Sentencia Favorable", stage=3, dof="01/09/2022")
    use(tmp_path)

    update.update_efos(tmp_path, whole_list(later, earlier))

    assert efos.status("AAA120730823").situation is Situation.SENTENCIA_FAVORABLE


def test_a_damaged_list_gives_way_to_the_one_before(use, tmp_path, whole_list):
    update.update_efos(tmp_path, whole_list(line("AAA120730823", "Presunto")))
    newest = update.update_efos(tmp_path, whole_list(line("AAA120730823", "Definitivo", stage=2)))
    (tmp_path / newest.file).write_bytes(b"gone")
    use(tmp_path)

    assert efos.status("AAA120730823").situation is Situation.PRESUNTO
