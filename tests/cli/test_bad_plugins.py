"""A bad plugin harms only itself: it is named, its data stay, and the others work on."""

import json
import shutil
from decimal import Decimal

import pytest
import yaml
from sqlmodel import select

from hub.store import Condition, InboxItem, Store, Ticket
from tests.support.process import daemon_until, hub
from tests.support.site import distribution
from tests.support.world import world

SHOP = """
from datetime import datetime, timezone
from decimal import Decimal
from hub.plugin import Config, Http, Line, Page, Sale, Source, hookimpl

NOON = datetime(2026, 11, 2, 18, tzinfo=timezone.utc)


class Corner(Source[Config]):
    name = "corner"

    def check(self, http):
        return "open"

    def pages(self, http, since):
        yield Page([{"id": "C-1", "total": "116.00"}], NOON)

    def to_sale(self, record):
        total = TOTAL
        line = Line(description="Taza", unit_price=total, total=total)
        return Sale(id=record["id"], sold_at=NOON, currency="MXN", total=total, lines=(line,))


@hookimpl
def hub_sources():
    return [Corner]
"""
GOOD = SHOP.replace("TOTAL", 'Decimal(record["total"])')
FLOATS = SHOP.replace("TOTAL", 'float(record["total"])')
RAISES = "raise RuntimeError('cannot start')\n"
CORNER = {"use": "corner", "issuer": "tienda", "every": "1 hour", "start": "2026-11-01", "invoice": "hold"}
FILES = {**CORNER, "use": "files", "folder": "ventas", "settle_s": 0}
ROWS = "Folio,Fecha,Concepto,Total,Forma de pago\nF-1,2026-11-02,Taza,50.00,01\n"


@pytest.fixture
def folder(tmp_path):
    """A hub with two sources: a plugin of another package, and a folder with one sale."""
    with world(tmp_path, f"sqlite:///{tmp_path}/hub.db"):
        pass
    config = yaml.safe_load((tmp_path / "config.yaml").read_text())
    config["sources"] = {"esquina": CORNER, "archivos": FILES}
    config["notifiers"]["correo"]["port"] = 9  # nobody listens
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config))
    (tmp_path / "ventas").mkdir(exist_ok=True)
    (tmp_path / "ventas" / "dia.csv").write_text(ROWS)
    return tmp_path


def config_of(folder):
    return yaml.safe_load((folder / "config.yaml").read_text())


def configured(folder, **changes):
    (folder / "config.yaml").write_text(yaml.safe_dump(config_of(folder) | changes))


def install(folder, source):
    shutil.rmtree(folder / "site", ignore_errors=True)
    return distribution(folder, "hub-corner", "hub_corner", {"hub_corner.py": source})


def rows(folder, table):
    store = Store(f"sqlite:///{folder}/hub.db")
    try:
        with store.read() as session:
            return list(session.exec(select(table)))
    finally:
        store.close()


def totals(folder):
    return {ticket.movement_key: ticket.total for ticket in rows(folder, Ticket)}


def test_a_plugin_that_breaks_after_an_update_leaves_its_data_and_the_others_work(folder):
    site = install(folder, GOOD)
    assert hub(folder, "sync", "esquina", PYTHONPATH=site).returncode == 0
    assert totals(folder) == {"C-1": Decimal("116.00")}
    install(folder, RAISES)

    def both_were_tried():
        return rows(folder, Condition) and len(totals(folder)) == 2

    daemon_until(folder, both_were_tried, PYTHONPATH=site)
    (condition,) = [one for one in rows(folder, Condition) if one.subject == "source esquina"]
    assert "hub-corner 1.2 (corner): RuntimeError: cannot start" in condition.message
    assert totals(folder) == {"C-1": Decimal("116.00"), "F-1": Decimal("50.00")}
    checked = hub(folder, "check", "esquina", "--json", PYTHONPATH=site)
    assert (checked.returncode, json.loads(checked.stdout)[0]["state"]) == (2, "wrong")
    assert "cannot start" in json.loads(checked.stdout)[0]["says"]


def test_a_plugin_that_was_removed_is_named_its_sales_stay_and_the_others_work(folder):
    site = install(folder, GOOD)
    assert hub(folder, "sync", "esquina", PYTHONPATH=site).returncode == 0

    def both_were_tried():
        return rows(folder, Condition) and len(totals(folder)) == 2

    daemon_until(folder, both_were_tried)
    log = (folder / "run-0.log").read_text()
    gone = "there is no source plugin called corner; its data are kept"
    (condition,) = [one for one in rows(folder, Condition) if one.subject == "source esquina"]
    assert (condition.message, gone in log) == (gone, True)
    assert totals(folder) == {"C-1": Decimal("116.00"), "F-1": Decimal("50.00")}
    checked = hub(folder, "check", "esquina", "--json")
    named = {row["what"]: row["says"] for row in json.loads(checked.stdout)}
    assert (checked.returncode, named["source esquina"], gone in named["waiting source esquina"]) == (2, gone, True)
    listed = hub(folder, "plugins", "list", "--json")
    (named,) = [row for row in json.loads(listed.stdout) if row["plugin"] == "corner"]
    told = "not installed, but sources.esquina uses it; its data are kept"
    assert (listed.returncode, named["state"]) == (2, told)
    again = hub(folder, "sync", "esquina", PYTHONPATH=site)
    assert (again.returncode, again.stderr) == (0, "")


def test_a_notifier_that_was_removed_is_named_and_the_sources_work(folder):
    configured(folder, notifiers={**config_of(folder)["notifiers"], "canal": {"use": "gone"}})
    daemon_until(folder, lambda: totals(folder))
    checked = hub(folder, "check", "canal", "--json")
    (found,) = json.loads(checked.stdout)
    said = "there is no notifier plugin called gone; its data are kept"
    assert (checked.returncode, found["what"], found["says"]) == (2, "notifier canal", said)


def test_what_is_misspelt_is_a_problem_of_the_configuration_where_it_is_checked(folder):
    configured(folder, sources={"archivos": {**FILES, "use": "fiels"}})
    wrong = hub(folder, "config", "check")
    assert (wrong.returncode, "called `fiels`; did you mean `files`?" in wrong.stderr) == (2, True)
    checked = hub(folder, "check", "archivos", "--json")
    assert (checked.returncode, "did you mean files?" in json.loads(checked.stdout)[0]["hint"]) == (2, True)


def test_a_pac_that_was_removed_is_an_error_because_all_documents_wait_for_it(folder):
    configured(folder, pacs={"principal": {"use": "gone"}})
    wrong = hub(folder, "run")
    assert (wrong.returncode, "there is no pac plugin called `gone`" in wrong.stderr) == (2, True)


def test_the_check_of_one_source_asks_no_other_plugin(folder):
    asked = folder / "asked"
    site = install(folder, GOOD.replace('return "open"', f"open({str(asked)!r}, 'w').close()"))
    (found,) = json.loads(hub(folder, "check", "archivos", "--json", PYTHONPATH=site).stdout)
    assert (found["what"], found["state"], asked.exists()) == ("source archivos", "ok", False)


def test_of_two_plugins_of_one_name_both_are_named_and_the_first_works(folder):
    site = install(folder, GOOD)
    distribution(folder / "second", "hub-corner-two", "hub_corner_two", {"hub_corner_two.py": GOOD})
    path = f"{site}:{folder / 'second' / 'site'}"
    listed = json.loads(hub(folder, "plugins", "list", "--json", PYTHONPATH=path).stdout)
    states = {row["package"]: row["state"] for row in listed}
    assert states["hub-corner 1.2 (corner)"] == "healthy"
    assert "already brought by hub-corner 1.2 (corner)" in states["hub-corner-two 1.2 (corner-two)"]
    assert hub(folder, "sync", "esquina", PYTHONPATH=path).returncode == 0


def test_a_plugin_that_cannot_be_loaded_is_tried_once_in_a_command(folder):
    tried = folder / "tried"
    site = install(folder, f"open({str(tried)!r}, 'a').write('x')\n{RAISES}")
    assert hub(folder, "plugins", "list", PYTHONPATH=site).returncode == 2
    assert tried.read_text() == "x"


def test_floats_are_set_aside_with_the_reason_and_the_others_work(folder):
    site = install(folder, FLOATS)
    done = hub(folder, "sync", "esquina", PYTHONPATH=site)
    assert done.returncode == 5
    hub(folder, "sync", "archivos", PYTHONPATH=site)
    (item,) = [item for item in rows(folder, InboxItem) if item.source == "esquina"]
    assert "float" in (item.reason or "")
    assert totals(folder) == {"F-1": Decimal("50.00")}
