"""The kit as an author meets it: run by pytest, with waivers and with things not written yet."""

import subprocess
import sys
from pathlib import Path

import pytest

AUTHOR = """
import dataclasses
import httpx
from hub.testing import *
from tests.testing import acme
from tests.testing.test_the_well_behaved import TestAcmePac as Pac, TestAcmeSource as Shop


class Waiving(acme.AcmeSource):
    waivers = {"since_is_inclusive": "the shop has no times"}

class TestWaived(Shop):
    plugin = Waiving
    waivers = {"an_old_delivery_is_refused": "the shop signs no time"}

class TestNoReason(Shop):
    waivers = {"since_is_inclusive": ""}

class TestWaivesTheWaivers(Shop):
    waivers = {"waivers_are_explained": "no", "unheard_of": "why"}

class TestUnwritten(PacContract):
    plugin = acme.AcmePac
    config = acme.AcmePacConfig(token=acme.SECRET)


class Stamper(acme.AcmePac):
    capabilities = acme.Capabilities(cancels=False, tells_status=False)

class TestStamper(Pac):
    plugin = Stamper


class Embedded(acme.AcmePac):
    def client(self):
        return dataclasses.replace(super().client(), transport=httpx.MockTransport(acme.PacOffice()))

class TestEmbedded(Pac):
    plugin = Embedded

    def answer(self, request):
        raise RuntimeError("never asked")
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    """What pytest says of the file above."""
    file = tmp_path_factory.mktemp("author") / "test_author.py"
    file.write_text(AUTHOR)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "--tb=line", str(file)]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path.cwd(), check=False).stdout


def outcomes(output, contract):
    lines = [line.split(" ", 1) for line in output.splitlines() if f"::{contract}::" in line]
    return {rest.split("::test_")[1].split(" ")[0]: state for state, rest in lines if state in {"PASSED", "FAILED"}}


def test_the_contracts_themselves_are_not_collected(output):
    assert "::PacContract::" not in output
    assert "::Shop::" not in output


def test_a_waived_check_is_skipped_and_its_reason_is_printed(output):
    assert "waived: the shop has no times" in output
    assert "waived: the shop signs no time" in output
    found = outcomes(output, "TestWaived")
    assert set(found.values()) == {"PASSED"}
    assert not {"since_is_inclusive", "an_old_delivery_is_refused"} & set(found)


def test_a_waiver_without_a_reason_waives_nothing(output):
    found = outcomes(output, "TestNoReason")
    assert found["since_is_inclusive"] == "PASSED"
    assert found["waivers_are_explained"] == "FAILED"
    assert "the waiver of since_is_inclusive needs a written reason" in output


def test_the_check_of_waivers_cannot_be_waived(output):
    assert outcomes(output, "TestWaivesTheWaivers")["waivers_are_explained"] == "FAILED"
    assert "there is no check called unheard_of" in output


def test_what_is_not_written_yet_says_what_to_write(output):
    assert "write answer(self, request) in TestUnwritten: play the remote side" in output
    rejection = "write rejection(self, request) in TestUnwritten: refuse to stamp with a code of SAT"
    assert f"{rejection} (asked: POST /stamp)" in output


def test_capabilities_skip_what_the_provider_does_not_do(output):
    assert "capabilities say that it does not cancel" in output
    found = outcomes(output, "TestStamper")
    assert set(found.values()) == {"PASSED"}
    assert "status_reads_what_sat_says" not in found


def test_a_plugin_that_brings_its_own_transport_is_asked_through_it(output):
    assert set(outcomes(output, "TestEmbedded").values()) == {"PASSED"}
