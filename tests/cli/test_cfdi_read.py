"""`hub cfdi read`: any CFDI from anyone, without a configuration."""

import json

import pytest

from hub.cfdi import Csd, cadena_timbre, read, seal, to_xml
from hub.cfdi.document import TimbreFiscal
from hub.testing.csd import make_csd
from tests.support.cfdi33 import DIVISAS, INGRESO, sealed_33
from tests.support.cfdi_samples import IVA_16, invoice, sold
from tests.support.process import hub


@pytest.fixture(scope="module")
def csd():
    kit = make_csd("EKU9003173C9", "ESCUELA KEMPER URGATE")
    return Csd.load(kit.cer, kit.key, kit.password)


@pytest.fixture(scope="module")
def sat():
    return make_csd("SAT970701NN3", "SAT PRUEBAS")


def stamped(csd, sat):
    sealed = seal(invoice(sold("116.00", IVA_16)), csd)
    timbre = TimbreFiscal(
        "6E0F0A3C-2C8F-4B6F-9D5F-0C7A1D2B3E4F", "2026-11-20T12:00:30", "SPR190613I52", sealed.sello, sat.numero, ""
    )
    signed = timbre._replace(sello_sat=Csd.load(sat.cer, sat.key, sat.password).sign(cadena_timbre(timbre)))
    return to_xml(read(sealed.xml)._replace(timbre=signed))


def answer(folder, file, certificate=None):
    option = ["--sat-certificate", str(folder / certificate)] if certificate else []
    done = hub(folder, "cfdi", "read", str(folder / file), *option, "--json")
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


def test_a_stamped_cfdi_is_told_and_verified(tmp_path, csd, sat):
    (tmp_path / "a.xml").write_bytes(stamped(csd, sat))
    (tmp_path / "sat.cer").write_bytes(sat.cer)
    code, said, _ = answer(tmp_path, "a.xml")

    assert (code, said["document"], said["total"]) == (0, "CFDI 4.0 of ingreso", "116.00 MXN")
    assert said["uuid"] == "6E0F0A3C-2C8F-4B6F-9D5F-0C7A1D2B3E4F"
    assert said["sello"] == f"holds; certificate {csd.numero}"
    assert "not checked" in said["timbre"]

    code, said, _ = answer(tmp_path, "a.xml", "sat.cer")
    assert (code, said["timbre"]) == (0, f"holds; SAT's certificate {sat.numero}")


def test_a_forged_one_is_told_by_the_exit_code_too(tmp_path, csd, sat):
    xml = stamped(csd, sat)
    (tmp_path / "a.xml").write_bytes(xml.replace(b'Total="116.00"', b'Total="115.00"'))
    (tmp_path / "other.cer").write_bytes(make_csd("SAT970701NN3", "OTRO").cer)

    code, said, _ = answer(tmp_path, "a.xml")
    assert (code, said["sello"][:13]) == (5, "DOES NOT HOLD")

    (tmp_path / "a.xml").write_bytes(xml)
    code, said, _ = answer(tmp_path, "a.xml", "other.cer")
    assert (code, said["timbre"][:13]) == (5, "DOES NOT HOLD")


def test_a_3_3_is_told_with_the_complements_that_nobody_knows(tmp_path, csd):
    (tmp_path / "a.xml").write_bytes(sealed_33(INGRESO, csd, f"<cfdi:Complemento>{DIVISAS}</cfdi:Complemento>"))
    code, said, _ = answer(tmp_path, "a.xml")

    assert (code, said["document"], said["complements"]) == (0, "CFDI 3.3 of ingreso", "Divisas")
    assert said["timbre"] == "none: it is not stamped"


def test_a_seal_that_cannot_be_checked_is_told(tmp_path, csd, sat):
    xml = stamped(csd, sat)
    (tmp_path / "a.xml").write_bytes(xml.replace(csd.certificate_base64.encode(), b"AAAA"))
    code, said, _ = answer(tmp_path, "a.xml")

    assert (code, said["document"]) == (5, "CFDI 4.0 of ingreso")
    assert said["sello"].startswith("CANNOT BE CHECKED: /cfdi:Comprobante/@Certificado")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<a/>", "not a CFDI 4.0 or 3.3"),
        (None, "No such file"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
    ],
)
def test_a_file_that_is_none_ends_in_words(tmp_path, content, says):
    if content is not None:
        (tmp_path / "a.xml").write_bytes(content)
    code, _, stderr = answer(tmp_path, "a.xml")

    assert code == 2
    assert says in stderr
    assert "Traceback" not in stderr


def test_a_certificate_that_is_none_ends_in_words(tmp_path, csd, sat):
    (tmp_path / "a.xml").write_bytes(stamped(csd, sat))
    code, _, stderr = answer(tmp_path, "a.xml", "a.xml")

    assert (code, "a.xml is no certificate of SAT" in stderr) == (2, True)
