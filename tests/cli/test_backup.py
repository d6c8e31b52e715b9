"""`hub db backup` and `hub db restore`: whole, private, and never over something that knows more."""

import json
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from hub.engine.lock import only_daemon
from hub.plugin import ConfigError
from hub.store import Cfdi, Event, Restoration, postgresql_tools
from tests.support.databases import POSTGRESQL
from tests.support.process import hub
from tests.support.world import METADATA, world


@pytest.fixture
def shop(tmp_path, database_url):
    with world(tmp_path, database_url) as made:
        yield made


@pytest.fixture
def copy(shop):
    shop.stripe.pay(50000, metadata=METADATA, receipt_email="ana@cliente.example")
    shop.poll()
    done = hub(shop.folder, "db", "backup", str(shop.folder / "copy"), "--json")
    assert done.returncode == 0, done.stderr
    return shop.folder / "copy"


def refused(shop, *arguments: str) -> str:
    done = hub(shop.folder, "db", *arguments)
    assert done.returncode == 2, done.stderr or done.stdout
    return " ".join(done.stderr.split())


def test_a_backup_says_what_it_is_and_is_its_owners_alone(shop, copy):
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["database"], manifest["revision"]) == (
        shop.flow.store.url.get_backend_name(),
        shop.flow.store.revision(),
    )
    assert (manifest["rows"]["cfdi"], manifest["rows"]["cfdi_xml"]) == (1, 1)
    assert {stat.S_IMODE(one.stat().st_mode) for one in (copy, *copy.iterdir())} == {0o600, 0o700}
    assert sorted(one.name for one in copy.iterdir()) == sorted([manifest["file"], "manifest.json"])


def test_a_backup_holds_no_secret(shop, copy):
    for file in copy.iterdir():
        content = file.read_bytes()
        for secret in ("sk_test_fake", "whsec_fake", shop.settings.issuers["tienda"].csd.password.get_secret_value()):
            assert secret.encode() not in content


def test_nothing_is_overwritten(shop, copy):
    assert "nothing is overwritten" in refused(shop, "backup", str(copy))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_while_others_write_is_of_one_moment(shop, copy):
    """The copy is made while a transaction is open: what it wrote is not in it."""
    with shop.flow.store.write() as session:
        session.add(Event(entity="x", entity_id=1, at=datetime.now(UTC), who="t", before="", after="", why="not yet"))
        session.flush()
        done = hub(shop.folder, "db", "backup", str(shop.folder / "second"))
        assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(shop.folder / "second" / "database.sqlite")) as found:
        assert found.execute("SELECT count(*) FROM event WHERE why = 'not yet'").fetchone() == (0,)


def test_a_damaged_backup_is_not_restored(shop, copy):
    file = next(one for one in copy.iterdir() if one.name != "manifest.json")
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    done = hub(shop.folder, "db", "restore", str(copy), "--force", "the disk is broken")
    assert (done.returncode != 0, "its checksum differs" in done.stderr) == (True, True)
    assert shop.all(Restoration) == []


@pytest.mark.parametrize("words", ["{}", "[]", "no json", '{"format": 99}'])
def test_what_is_no_backup_is_not_restored(shop, copy, words):
    (copy / "manifest.json").write_text(words, encoding="utf-8")
    done = hub(shop.folder, "db", "restore", str(copy))
    assert done.returncode != 0
    assert "bug" not in done.stderr
    assert shop.all(Restoration) == []


def test_nothing_is_restored_over_a_hub_that_runs(shop, copy):
    with only_daemon(shop.flow.store, shop.settings.data_dir):
        assert "already running" in refused(shop, "restore", str(copy), "--force", "the disk is broken")
        assert "already running" in refused(shop, "restored", "--at", "2026-01-01")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_knows_more_is_only_replaced_for_a_reason_and_kept(shop, copy):
    shop.stripe.pay(70000, metadata=METADATA)
    shop.poll()
    assert "knows more than the backup" in refused(shop, "restore", str(copy))
    assert "knows more than the backup" in refused(shop, "restore", str(copy), "--force", "yes")
    shop.flow.store.close()
    done = hub(shop.folder, "db", "restore", str(copy), "--force", "the disk is broken")
    assert done.returncode == 0, done.stderr
    assert len(shop.all(Cfdi)) == 1
    assert "the disk is broken" in shop.only(Restoration).who
    (kept,) = (one for one in shop.folder.iterdir() if ".before-" in one.name)
    with closing(sqlite3.connect(kept)) as before:
        assert before.execute("SELECT count(*) FROM cfdi").fetchone() == (2,)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_cannot_be_read_is_replaced_for_a_reason(shop, copy):
    shop.flow.store.close()
    (shop.folder / "hub.db").write_bytes(b"no database at all" * 100)
    assert "cannot be read" in refused(shop, "restore", str(copy))
    done = hub(shop.folder, "db", "restore", str(copy), "--force", "the disk is broken")
    assert done.returncode == 0, done.stderr
    assert len(shop.all(Cfdi)) == 1


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_postgresql_with_tables_is_left_alone(shop, copy):
    assert "make an empty database" in refused(shop, "restore", str(copy), "--force", "the disk is broken")
    assert shop.all(Restoration) == []


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restore_that_was_interrupted_leaves_nothing_that_is_taken_for_a_hub(shop, copy):
    url = shop.flow.store.url
    shop.flow.store.close()
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f"DROP DATABASE {url.database} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {url.database}")
    postgresql_tools.load(url, copy / "database.dump")
    assert "was interrupted" in refused(shop, "migrate")
    assert "not of this version" in refused(shop, "restored")
    assert "make an empty database" in refused(shop, "restore", str(copy))
    with pytest.raises(ConfigError, match="psql failed"):
        postgresql_tools.load(url, copy / "database.dump")


def test_a_database_that_was_restored_by_other_means_is_marked(shop, copy):
    before = datetime.now(UTC) - timedelta(days=1)
    done = hub(shop.folder, "db", "restored", "--at", before.strftime("%Y-%m-%dT%H:%M:%S%z"))
    assert done.returncode == 0, done.stderr
    row = shop.only(Restoration)
    assert (row.issuer, row.pac, row.since <= before + timedelta(seconds=1)) == ("tienda", "pruebas", True)
    future = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S%z")
    assert "in the future" in refused(shop, "restored", "--at", future)


def test_what_is_no_cfdi_of_ours_is_not_taken_in(shop, copy):
    file = shop.folder / "algo.xml"
    ledger = shop.ledger()
    stamped = ledger.stamps()[0].xml
    ledger.close()
    for content in (b"no xml", stamped.replace(b'Total="500.00"', b'Total="5.00"'), stamped):
        file.write_bytes(content)
        done = hub(shop.folder, "db", "found", str(file))
        assert (done.returncode, ": known" in done.stdout) in {(5, False), (0, True)}
    assert len(shop.all(Cfdi)) == 1
    assert "there is no PAC nadie" in refused(shop, "found", str(file), "--pac", "nadie")


def test_only_what_is_asked_can_be_settled(shop, copy):
    why = ("--reason", "I looked at the panel of the PAC")
    assert "nothing is asked" in refused(shop, "settle", "tienda", "pruebas", *why)
    assert "a reason in words" in refused(shop, "settle", "tienda", "pruebas", "--reason", "so")


def test_without_pg_dump_there_are_words(shop, monkeypatch):
    if shop.flow.store.is_sqlite:
        pytest.skip("SQLite needs no program")
    done = hub(shop.folder, "db", "backup", str(shop.folder / "copy"), PATH="/nowhere")
    assert (done.returncode, "pg_dump is not installed here" in done.stderr) == (2, True)
