"""`hub doubts`: a person sees a doubt, asks, and ends it in writing."""

import json

import pytest

from hub.store import CfdiXml
from tests.support.process import hub
from tests.support.world import METADATA


@pytest.fixture
def doubted(folder):
    folder.misbehave("lose_answer")
    folder.stripe.pay(50000, metadata=METADATA)
    folder.poll()
    assert folder.cfdi.state == "in_doubt"
    return folder


def test_one_doubt_is_shown_with_its_sales_and_its_history(doubted):
    shown = json.loads(hub(doubted.folder, "doubts", "show", doubted.cfdi.key, "--json").stdout)
    assert (shown["cfdi"], shown["pac"], shown["total"], len(shown["sales"])) == (
        doubted.cfdi.key,
        "pruebas",
        "500.00",
        1,
    )
    assert len(shown["history"]) == 3
    unknown = hub(doubted.folder, "doubts", "show", "tienda-A-99")
    assert (unknown.returncode, "`hub doubts list` shows what is" in unknown.stderr) == (2, True)


def test_a_doubt_is_ended_with_the_stamped_xml_and_a_reason(doubted, tmp_path):
    found, key = tmp_path / "found.xml", doubted.cfdi.key
    ledger = doubted.ledger()
    found.write_bytes(next(iter(ledger.stamps())).xml)
    ledger.close()
    wanted = ["doubts", "resolve", key, "--stamped", str(found), "--reason", "the PAC's panel shows it"]
    done = hub(doubted.folder, *wanted)
    assert (done.returncode, done.stdout) == (0, f"{key}: stamped {doubted.stamps()[0]}\n")
    again = hub(doubted.folder, *wanted)
    assert (again.returncode, "is not in doubt" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--reason", "the PAC said so by phone"], "say what became of it"),
        (["--never-stamped", "--stamped", "config.yaml", "--reason", "the PAC said so"], "say what became of it"),
        (["--never-stamped", "--reason", "no"], "a reason in words"),
        (["--never-stamped"], "--reason"),
        (["--stamped", "nowhere.xml", "--reason", "the PAC said so"], "does not exist"),
        (["--stamped", "config.yaml", "--reason", "the PAC said so"], "the file is no CFDI"),
    ],
)
def test_a_resolution_that_is_not_whole_changes_nothing(doubted, options, told, monkeypatch):
    monkeypatch.chdir(doubted.folder)
    refused = hub(doubted.folder, "doubts", "resolve", doubted.cfdi.key, *options)
    assert refused.returncode != 0
    assert told in " ".join(refused.stderr.split())
    assert (doubted.cfdi.state, doubted.only(CfdiXml).stamped) == ("in_doubt", None)


def test_never_stamped_is_refused_when_the_pac_has_the_stamp(doubted):
    refused = hub(
        doubted.folder, "doubts", "resolve", doubted.cfdi.key, "--never-stamped", "--reason", "I think it failed"
    )
    assert (refused.returncode, "has its stamp, which was taken" in refused.stderr) == (2, True)
    assert (doubted.cfdi.state, doubted.cfdi.uuid) == ("stamped", doubted.stamps()[0])
