"""Loading a CSD: what a person gets wrong is named, and nothing secret is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from hub.cfdi import Csd, CsdError
from hub.testing.csd import is_test_certificate, make_csd

RFC, NOMBRE, PASSWORD = "EKU9003173C9", "ESCUELA KEMPER URGATE", "clave secreta ñ"


@pytest.fixture(scope="module")
def files():
    return make_csd(RFC, NOMBRE, password=PASSWORD, numero="30001000000500003416")


@pytest.fixture(scope="module")
def csd(files):
    return Csd.load(files.cer, files.key, PASSWORD)


def test_a_csd_tells_whose_it_is(csd):
    assert (csd.rfc, csd.nombre, csd.numero) == (RFC, NOMBRE, "30001000000500003416")
    assert csd.not_before < datetime.now(UTC) < csd.not_after


def test_the_password_may_be_a_secret(files):
    assert Csd.load(files.cer, files.key, SecretStr(PASSWORD)).rfc == RFC


def test_pem_files_are_accepted(files):
    key = serialization.load_der_private_key(files.key, PASSWORD.encode())
    encrypted = serialization.BestAvailableEncryption(PASSWORD.encode())
    pem_key = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encrypted)
    from cryptography import x509

    pem_cer = x509.load_der_x509_certificate(files.cer).public_bytes(serialization.Encoding.PEM)

    assert (
        Csd.load(pem_cer, pem_key, PASSWORD).certificate_base64
        == Csd.load(files.cer, files.key, PASSWORD).certificate_base64
    )


def test_nothing_secret_is_printed(csd):
    assert "_key" not in repr(csd)
    assert PASSWORD not in repr(csd)


def _unencrypted(files):
    key = serialization.load_der_private_key(files.key, PASSWORD.encode())
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _elliptic():
    encrypted = serialization.BestAvailableEncryption(PASSWORD.encode())
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, encrypted)


def test_a_wrong_password_is_named_without_repeating_it(files):
    with pytest.raises(CsdError, match="Wrong password") as caught:
        Csd.load(files.cer, files.key, "otra clave")

    assert "otra clave" not in str(caught.value)
    assert caught.value.hint


def test_an_empty_password_is_named(files):
    with pytest.raises(CsdError, match="password is empty"):
        Csd.load(files.cer, files.key, "")


def test_an_unprotected_key_is_named(files):
    with pytest.raises(CsdError, match="not protected"):
        Csd.load(files.cer, _unencrypted(files), PASSWORD)


def test_the_key_of_another_certificate_is_named(files):
    other = make_csd(RFC, NOMBRE, password=PASSWORD)

    with pytest.raises(CsdError, match="does not belong"):
        Csd.load(files.cer, other.key, PASSWORD)


def test_an_efirma_is_refused():
    efirma = make_csd(RFC, NOMBRE, kind="efirma")

    with pytest.raises(CsdError, match=r"e\.firma"):
        Csd.load(efirma.cer, efirma.key, efirma.password)


def test_swapped_files_are_named(files):
    with pytest.raises(CsdError, match=r"holds a private key.*swapped"):
        Csd.load(files.key, files.cer, PASSWORD)
    with pytest.raises(CsdError, match=r"holds a certificate.*swapped"):
        Csd.load(files.cer, files.cer, PASSWORD)


@pytest.mark.parametrize("garbage", [b"", b"hola", b"\x30\x82\x00\x01", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_file_that_is_no_certificate_is_named(files, garbage):
    with pytest.raises(CsdError, match=r"not an X\.509 certificate"):
        Csd.load(garbage, files.key, PASSWORD)


@pytest.mark.parametrize("garbage", [b"", b"hola", b"\x30\x82\x00\x01"])
def test_a_file_that_is_no_key_is_named(files, garbage):
    with pytest.raises(CsdError, match="not a private key"):
        Csd.load(files.cer, garbage, PASSWORD)


def test_a_key_that_is_not_rsa_is_named(files):
    with pytest.raises(CsdError, match="not an RSA key"):
        Csd.load(files.cer, _elliptic(), PASSWORD)


def test_validity_is_checked_for_a_moment():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    files = make_csd(RFC, NOMBRE, valid_from=start, valid_to=start + timedelta(days=10))
    csd = Csd.load(files.cer, files.key, files.password)

    csd.check_valid_at(start + timedelta(days=5))
    with pytest.raises(CsdError, match="expired on 2026-01-11"):
        csd.check_valid_at(start + timedelta(days=11))
    with pytest.raises(CsdError, match="valid only from 2026-01-01"):
        csd.check_valid_at(start - timedelta(seconds=1))


def test_test_certificates_mark_themselves(files):
    assert is_test_certificate(files.cer)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # satcfdi still uses pyOpenSSL
def test_satcfdi_reads_our_certificates_as_sats(files):
    from satcfdi.models import Signer

    signer = Signer.load(certificate=files.cer, key=files.key, password=PASSWORD)

    assert (signer.rfc, signer.certificate_number) == (RFC, "30001000000500003416")
