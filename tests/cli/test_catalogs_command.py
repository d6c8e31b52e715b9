"""`hub catalogs` as an operator runs it."""

import hashlib
import json

import pytest

from tests.support.process import hub
from tests.support.publisher import catalogs_database, publisher


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.yaml").write_text("version: 1\n", encoding="utf-8")
    return tmp_path


def test_search_needs_no_configuration(tmp_path):
    done = hub(tmp_path, "catalogs", "search", "playera", "algodon", "--limit", "1", "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["key"] == "53103000"
    units = hub(tmp_path, "catalogs", "search", "pieza", "--unit", "--json")
    assert json.loads(units.stdout)[0]["key"] == "H87"


@pytest.mark.slow
def test_an_edition_is_fetched_shown_and_used(folder):
    path = catalogs_database(folder / "published.db", "UPDATE cfdi_40_paises SET texto = 'Mexico!' WHERE id = 'MEX'")
    with publisher() as server:
        server.files["/catalogs.db"] = content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        done = hub(folder, "catalogs", "update", "--from", f"{server.url}/catalogs.db", "--sha256", digest)

    assert done.returncode == 0, done.stderr
    shown = json.loads(hub(folder, "catalogs", "show", "--json").stdout)
    assert (shown[0]["dated"], shown[0]["sha256"]) == ("2026-08-06", digest)
    checked = json.loads(hub(folder, "check", "--json").stdout)
    assert digest[:12] in next(row["says"] for row in checked if row["what"] == "catalogs")

    (installed,) = (folder / "data" / "catalogs").glob("sat-*.db")
    installed.write_bytes(b"damaged")
    again = json.loads(hub(folder, "check", "--json").stdout)
    assert next(row for row in again if row["what"] == "catalogs")["state"] == "wrong"
    assert "passed over" in hub(folder, "catalogs", "show").stdout


def test_a_refused_file_ends_with_the_code_of_configuration(folder):
    (folder / "list.csv").write_text("nothing of the kind", encoding="utf-8")

    for option in ("--from", "--efos"):
        done = hub(folder, "catalogs", "update", option, str(folder / "list.csv"))
        assert done.returncode == 2, done.stdout
        assert "Traceback" not in done.stderr
    assert list((folder / "data" / "catalogs").iterdir()) == []


def test_a_publisher_in_trouble_ends_with_the_code_of_transient(folder):
    with publisher() as server:
        server.faults["/catalogs.db"] = "503"
        done = hub(folder, "catalogs", "update", "--from", f"{server.url}/catalogs.db", "--sha256", "0" * 64)

    assert done.returncode == 3
    assert "503" in done.stderr


def test_one_file_at_a_time(folder):
    done = hub(folder, "catalogs", "update", "--from", "a", "--efos", "b")
    assert done.returncode == 2
    assert "renew one after the other" in done.stderr
