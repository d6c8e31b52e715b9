"""New editions of the catalogs: taken only when sound, in one step, from under anybody's reading."""

import bz2
import hashlib
import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from datetime import date

import pytest

from hub.sat import catalogs, swap, update
from hub.sat.catalogs import ProductDemands
from hub.sat.download import Limits, obtain
from hub.sat.edition import best
from hub.sat.errors import CatalogError, UnreachableError
from tests.support.publisher import catalogs_database


def digest(content):
    return hashlib.sha256(content).hexdigest()


def changed(published, path, *statements):
    path.write_bytes(published.read_bytes())
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.executescript(statement)
        db.commit()
    return str(path)


def test_an_installed_edition_answers_as_the_shipped_one_does(installed_once, use):
    asked = [("FormaPago", "28"), ("UsoCFDI", "G03"), ("ObjetoImp", "02"), ("ClaveUnidad", "H87"), ("Pais", "USA")]
    asked += [("CodigoPostal", "22000"), ("CodigoPostal", "06600"), ("Moneda", "MXN"), ("ClaveProdServ", "53103000")]
    shipped = [catalogs.lookup(*one) for one in asked]

    use(installed_once)

    assert catalogs.edition().manifest is not None
    assert [catalogs.lookup(*one) for one in asked] == shipped
    assert catalogs.codigo_postal("22000").estimulo == "1"
    assert catalogs.moneda_decimales("KWD") == 3


def test_keys_that_cfdi_4_never_had_stay_hidden(installed_once, use):
    use(installed_once)

    assert catalogs.lookup("CodigoPostal", "00000") is None
    assert catalogs.lookup("UsoCFDI", "P01") is None
    assert len(catalogs.keys("FormaPago")) == 22


def test_catalogs_that_are_not_published_come_from_the_shipped_edition(installed_once, use):
    use(installed_once)

    assert catalogs.lookup("Estado", "JAL") == ["MEX", "Jalisco"]


def test_a_key_is_in_force_between_its_days(tmp_path, published, use):
    source = changed(
        published,
        tmp_path / "new.db",
        "UPDATE cfdi_40_claves_unidades SET vigencia_hasta = '2024-06-30' WHERE id = 'H87'",
        "UPDATE cfdi_40_claves_unidades SET vigencia_desde = '2999-01-01' WHERE id = 'E48'",
    )
    update.update_catalogs(tmp_path / "catalogs", source)
    use(tmp_path / "catalogs")

    assert catalogs.clave_unidad("H87") is catalogs.clave_unidad("E48") is None
    assert "H87" not in catalogs.keys("ClaveUnidad")
    assert catalogs.valid_on("ClaveUnidad", "H87", date(2024, 6, 30))
    assert not catalogs.valid_on("ClaveUnidad", "H87", date(2024, 7, 1))
    assert not catalogs.valid_on("ClaveUnidad", "H87", date(2021, 12, 31))
    assert catalogs.valid_on("ClaveUnidad", "E48", date(2999, 1, 1))


def test_the_published_file_says_what_a_product_demands(tmp_path, published, use):
    source = changed(
        published,
        tmp_path / "new.db",
        "UPDATE cfdi_40_productos_servicios SET iva_trasladado = 1 WHERE id = '43211508'",
        "UPDATE cfdi_40_productos_servicios SET ieps_trasladado = 1 WHERE id = '50202201'",
        "UPDATE cfdi_40_productos_servicios SET complemento = 'Uno' WHERE id = '86121700'",
        "UPDATE cfdi_40_productos_servicios SET iva_trasladado = 1, vigencia_hasta = '2024-06-30'"
        " WHERE id = '53103000'",
    )
    update.update_catalogs(tmp_path / "catalogs", source)
    use(tmp_path / "catalogs")

    assert catalogs.product_demands("43211508") == ProductDemands(iva=True, ieps=False, complemento="")
    assert catalogs.product_demands("50202201") == ProductDemands(iva=False, ieps=True, complemento="")
    assert catalogs.product_demands("86121700") == ProductDemands(iva=False, ieps=False, complemento="Uno")
    assert catalogs.product_demands("53103000") is catalogs.product_demands("01010101") is catalogs.NO_DEMANDS


def test_the_shipped_edition_and_one_without_demands_know_of_none(installed_once, use):
    assert catalogs.product_demands("43211508") is catalogs.NO_DEMANDS
    use(installed_once)
    assert catalogs.product_demands("43211508") is catalogs.NO_DEMANDS


def test_the_shipped_edition_knows_since_when_an_objeto_imp_exists():
    assert not catalogs.valid_on("ObjetoImp", "06", date(2024, 12, 12))
    assert catalogs.valid_on("ObjetoImp", "06", date(2024, 12, 13))
    assert not catalogs.valid_on("ObjetoImp", "09", date(2026, 1, 1))


def test_the_manifest_says_what_came_from_where(tmp_path, published, server):
    server.files["/catalogs.db.bz2"] = content = bz2.compress(published.read_bytes(), 1)

    manifest = update.update_catalogs(tmp_path, f"{server.url}/catalogs.db.bz2", sha256=digest(content).upper())

    assert manifest.source == f"{server.url}/catalogs.db.bz2"
    assert manifest.source_sha256 == digest(content)
    assert manifest.dated == "2026-08-06"
    assert digest((tmp_path / manifest.file).read_bytes()) == manifest.sha256
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DROP TABLE cfdi_40_usos_cfdi", "no such table"),
        ("ALTER TABLE cfdi_40_codigos_postales RENAME COLUMN huso_descripcion TO huso", "huso_descripcion"),
        ("DELETE FROM cfdi_40_codigos_postales WHERE id > '5'", "cfdi_40_codigos_postales has"),
        ("DELETE FROM cfdi_40_objetos_impuestos WHERE id > '05'", "c_ObjetoImp 06, c_ObjetoImp 07"),
        ("UPDATE cfdi_40_codigos_postales SET huso_descripcion = 'Tiempo del Golfo'", "the hub cannot read"),
        ("UPDATE cfdi_40_claves_unidades SET vigencia_desde = '01/01/2022'", "the hub cannot read"),
        (
            (
                "CREATE TABLE nameless AS SELECT 'MEX' AS id, texto FROM cfdi_40_paises; DROP TABLE cfdi_40_paises;"
                "ALTER TABLE nameless RENAME TO cfdi_40_paises"
            ),
            "without a value|twice",
        ),
        ("UPDATE cfdi_40_monedas SET decimales = x'00'", "the hub cannot read"),
        ("UPDATE cfdi_40_monedas SET decimales = 1e999", "the hub cannot read"),
        ("UPDATE cfdi_40_meses SET texto = x'ff00'", "the hub cannot read"),
        ("UPDATE cfdi_40_reglas_tasa_cuota SET valor = 'varios' WHERE impuesto = 'ISR'", "the hub cannot read"),
        ("UPDATE cfdi_40_reglas_tasa_cuota SET impuesto = 'ISAN' WHERE impuesto = 'ISR'", "the hub cannot read"),
    ],
)
def test_an_implausible_edition_is_refused_and_nothing_changes(tmp_path, published, statement, reason):
    directory = tmp_path / "catalogs"
    source = changed(published, tmp_path / "new.db", statement)

    with pytest.raises(CatalogError, match=reason):
        update.update_catalogs(directory, source)

    assert list(directory.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a database", b"<html>" * 500, b"SQLite format 3\0" + b"\7" * 5000])
def test_what_is_no_database_is_refused(tmp_path, content):
    (tmp_path / "new.db").write_bytes(content)

    with pytest.raises(CatalogError):
        update.update_catalogs(tmp_path / "catalogs", str(tmp_path / "new.db"))


def test_half_a_database_is_refused(tmp_path, published):
    (tmp_path / "half.db").write_bytes(published.read_bytes()[: published.stat().st_size // 2])

    with pytest.raises(CatalogError):
        update.update_catalogs(tmp_path / "catalogs", str(tmp_path / "half.db"))


def test_half_an_archive_is_refused(tmp_path, published):
    packed = bz2.compress(published.read_bytes(), 1)
    (tmp_path / "half.bz2").write_bytes(packed[: len(packed) // 2])

    with pytest.raises(CatalogError, match="archive is damaged"):
        update.update_catalogs(tmp_path / "catalogs", str(tmp_path / "half.bz2"))


def test_another_checksum_is_refused(tmp_path, server):
    server.files["/file"] = b"content"

    with pytest.raises(CatalogError, match="has the SHA-256"):
        obtain(f"{server.url}/file", tmp_path, sha256="0" * 64)


def test_plain_http_without_a_checksum_is_refused_before_any_request(tmp_path):
    with pytest.raises(CatalogError, match="is not https"):
        obtain("http://127.0.0.1:1/file", tmp_path)


@pytest.mark.parametrize("fault", ["", "no length"])
def test_a_file_that_is_too_big_is_not_read_to_its_end(tmp_path, server, fault):
    server.files["/file"], server.faults["/file"] = b"x" * 200_000, fault

    with pytest.raises(CatalogError, match="larger than 100,000 bytes"):
        obtain(f"{server.url}/file", tmp_path, sha256="0" * 64, limits=Limits(packed=100_000))


def test_an_archive_that_swells_is_not_unpacked_to_its_end(tmp_path, server):
    (tmp_path / "bomb.bz2").write_bytes(bz2.compress(b"\0" * 10_000_000))

    with pytest.raises(CatalogError, match="larger than 5,000,000 bytes"):
        obtain(str(tmp_path / "bomb.bz2"), tmp_path, limits=Limits(unpacked=5_000_000))


@pytest.mark.parametrize(
    ("fault", "limits"),
    [
        ("slow", Limits(silence_s=0.3)),
        ("drip", Limits(silence_s=5, total_s=0.3)),
        ("broken off", Limits()),
    ],
)
def test_a_server_that_does_not_finish_can_be_asked_again_later(tmp_path, server, fault, limits):
    server.files["/file"], server.faults["/file"] = b"x" * 3_000_000, fault

    with pytest.raises(UnreachableError):
        obtain(f"{server.url}/file", tmp_path, sha256="0" * 64, limits=limits)


@pytest.mark.parametrize("status", ["500", "503", "429"])
def test_a_server_in_trouble_can_be_asked_again_later(tmp_path, server, status):
    server.faults["/file"] = status

    with pytest.raises(UnreachableError, match=status):
        obtain(f"{server.url}/file", tmp_path, sha256="0" * 64)


def test_nobody_listening_is_told_as_unreachable(tmp_path, server):
    with pytest.raises(UnreachableError):
        obtain("http://127.0.0.1:9/file", tmp_path, sha256="0" * 64)


def test_a_file_that_is_not_there_is_a_mistake_of_the_address(tmp_path, server):
    with pytest.raises(CatalogError, match="404") as caught:
        obtain(f"{server.url}/file", tmp_path, sha256="0" * 64)
    assert not isinstance(caught.value, UnreachableError)


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CatalogError, match=r"nowhere\.db"):
        obtain(str(tmp_path / "nowhere.db"), tmp_path)


def test_a_redirect_on_the_same_host_is_followed(tmp_path, server):
    server.files["/new"], server.redirects["/old"] = b"content", "/new"

    path, origin = obtain(f"{server.url}/old", tmp_path, sha256=digest(b"content"))

    assert path.read_bytes() == b"content"
    assert origin.source.endswith("/old")


def test_a_redirect_to_another_host_without_https_is_refused(tmp_path, server):
    server.redirects["/old"] = server.url.replace("127.0.0.1", "localhost") + "/new"
    server.files["/new"] = b"content"

    with pytest.raises(CatalogError, match="not https"):
        obtain(f"{server.url}/old", tmp_path, sha256=digest(b"content"))


def test_a_circle_of_redirects_ends(tmp_path, server):
    server.redirects["/old"] = "/old"

    with pytest.raises(CatalogError, match="more than 5 times"):
        obtain(f"{server.url}/old", tmp_path, sha256="0" * 64)


@pytest.fixture
def twice(tmp_path, published):
    """Two editions, one after the other: H87 is `Pieza`, then `Pieza nueva`."""
    directory = tmp_path / "catalogs"
    update.update_catalogs(directory, str(published))
    second = changed(
        published, tmp_path / "2.db", "UPDATE cfdi_40_claves_unidades SET texto = 'Pieza nueva' WHERE id = 'H87'"
    )
    return directory, second


def test_a_running_process_sees_the_new_edition_and_one_before_is_kept(twice, use, published):
    directory, second = twice
    use(directory)
    assert catalogs.clave_unidad("H87") == "Pieza"

    update.update_catalogs(directory, second)

    assert catalogs.clave_unidad("H87") == "Pieza nueva"
    assert len(list(directory.glob("*.db"))) == 2
    assert {path.name for path in directory.glob("*.json")} == {"sat.json", "sat.previous.json"}


def test_a_damaged_edition_gives_way_to_the_one_before_and_that_to_the_shipped_one(twice, use):
    directory, second = twice
    update.update_catalogs(directory, second)
    current, before = (directory / manifest.file for manifest in swap.editions(directory, "sat"))

    current.write_bytes(current.read_bytes()[:-1] + b"\xff")
    use(directory)
    assert catalogs.clave_unidad("H87") == "Pieza"
    assert "damaged" in catalogs.edition().refused[0]

    before.unlink()
    use(directory)
    assert catalogs.edition().manifest is None
    assert catalogs.clave_unidad("H87") == "Pieza"


@pytest.mark.parametrize("manifest", [b"", b"{}", b"[1]", b'{"file": "../sat.db"}', b"\xff\xfe"])
def test_a_spoiled_manifest_means_the_shipped_edition(tmp_path, use, manifest):
    (tmp_path / "sat.json").write_bytes(manifest)
    use(tmp_path)

    assert catalogs.edition().manifest is None
    assert catalogs.clave_unidad("H87") == "Pieza"


def test_installing_the_same_edition_again_keeps_the_one_before(twice, published):
    directory, second = twice
    first = update.update_catalogs(directory, second)
    again = update.update_catalogs(directory, second)

    assert again.sha256 == first.sha256
    assert len(list(directory.glob("*.db"))) == 2


def test_readers_find_one_edition_or_the_other_while_editions_change(twice, use, published):
    directory, second = twice
    use(directory)
    done = threading.Event()

    def read():
        seen = set()
        while not done.wait(0.001):
            seen.add(catalogs.clave_unidad("H87"))
            assert catalogs.codigo_postal("06600").estado == "CMX"
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for source in (second, str(published), second):
                update.update_catalogs(directory, source)
        finally:
            done.set()
        seen = set().union(*(reader.result() for reader in readers))

    assert seen <= {"Pieza", "Pieza nueva"}
    assert catalogs.clave_unidad("H87") == "Pieza nueva"


def test_an_edition_that_fell_behind_the_shipped_one_gives_way(tmp_path, published, use, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("hub.sat.edition.behind", lambda source: ())
        source = catalogs_database(tmp_path / "old.db", "DELETE FROM cfdi_40_objetos_impuestos WHERE id = '08'")
        update.update_catalogs(tmp_path / "catalogs", str(source))

    use(tmp_path / "catalogs")

    assert catalogs.edition().manifest is None
    assert "c_ObjetoImp 08" in catalogs.edition().refused[0]
    assert catalogs.objeto_imp("08") is not None


@pytest.mark.parametrize("wrong", [None, 7, [], {}, "a\0b"])
@pytest.mark.parametrize("name", ["file", "sha256", "dated"])
def test_a_manifest_of_other_types_is_none(tmp_path, installed_once, name, wrong):
    (current,) = swap.editions(installed_once, "sat")
    (tmp_path / "sat.json").write_text(json.dumps(asdict(current) | {name: wrong}))

    assert list(swap.editions(tmp_path, "sat")) == []
    assert best(tmp_path).manifest is None
