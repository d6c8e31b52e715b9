"""A stamp is valid before SAT's own files, touches no byte that was sent, and is given once."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from hub.plugin import (
    Balance,
    ConfigError,
    Http,
    InDoubtError,
    NeverStamped,
    Rejected,
    Stamped,
    TransientError,
)
from hub.testing.pac_cases import CANCELLATION
from pac_providers.sandbox import sat_files
from pac_providers.sandbox.comprobante import TIMBRE
from pac_providers.sandbox.keys import keys_in
from pac_providers.sandbox.provider import Sandbox, SandboxConfig
from pac_providers.sandbox.tests.documents import CFDI, Document, invoice
from pac_providers.sandbox.tests.hub_side import request

_ADDENDA = "<cfdi:Addenda><pedido xmlns=''>7 &lt; 8</pedido></cfdi:Addenda>"


def timbre_of(xml: bytes) -> etree._Element:
    found = etree.fromstring(xml).find(f".//{TIMBRE}")
    assert found is not None
    return found


def without_complemento(xml: bytes) -> bytes:
    start = xml.index(b"<cfdi:Complemento>")
    end = xml.index(b"</cfdi:Complemento>") + len(b"</cfdi:Complemento>")
    return xml[:start] + xml[end:]


@pytest.mark.parametrize(
    "document",
    [invoice(), Document().add("", _ADDENDA)],
    ids=["plain", "with an addenda"],
)
def test_only_the_complemento_is_new(pac, document):
    xml = document.sealed()
    stamped = pac.stamp(xml)
    assert without_complemento(stamped.xml) == xml


def test_bytes_that_a_serialiser_would_change_come_back_as_sent(pac):
    xml = invoice().sealed().replace(b"<?xml version='1.0'", b'<?xml  version="1.0"') + b"\n<!-- the end -->\r\n"
    xml = xml.replace("ESPAÑOLA".encode(), b"ESPA&#xD1;OLA").replace(b'Serie="A"', b"Serie = 'A'")
    assert without_complemento(pac.stamp(xml).xml) == xml


def test_an_addenda_by_another_prefix_stays_behind_the_timbre(pac):
    addenda = f'<c:Addenda xmlns:c="{CFDI}"><x xmlns=""><![CDATA[</cfdi:Complemento>]]></x></c:Addenda>'
    xml = invoice().sealed().replace(b"</cfdi:Comprobante>", addenda.encode() + b"</cfdi:Comprobante>")
    stamped = pac.stamp(xml).xml
    assert [etree.QName(child).localname for child in etree.fromstring(stamped)][-2:] == ["Complemento", "Addenda"]
    assert stamped.replace(stamped[stamped.index(b"<cfdi:Complemento>") : stamped.index(b"<c:Addenda")], b"") == xml


def test_a_byte_order_mark_does_not_shift_the_timbre(pac):
    xml = b"\xef\xbb\xbf" + invoice().sealed()
    assert without_complemento(pac.stamp(xml).xml) == xml


def test_a_document_with_the_default_namespace_gets_its_timbre(pac):
    text = etree.tostring(invoice().root, encoding="unicode").replace("cfdi:", "").replace("xmlns:cfdi", "xmlns")
    stamped = pac.stamp(Document(text).sealed())
    assert etree.fromstring(stamped.xml)[-1].tag == f"{{{CFDI}}}Complemento"


def test_the_stamped_cfdi_satisfies_the_xsd(pac):
    root = etree.fromstring(pac.stamp(invoice().sealed()).xml)
    sat_files.schema().assertValid(root)


def test_the_timbre_is_placed_before_the_addenda(pac):
    root = etree.fromstring(pac.stamp(Document().add("", _ADDENDA).sealed()).xml)
    assert [etree.QName(child).localname for child in root][-2:] == ["Complemento", "Addenda"]


def test_the_seal_of_the_timbre_verifies_over_sats_cadena(pac, data_dir):
    timbre = timbre_of(pac.stamp(invoice().sealed()).xml)
    cadena = sat_files.cadena_original_tfd(timbre).encode()
    key = keys_in(data_dir).certificate.public_key()
    key.verify(base64.b64decode(timbre.get("SelloSAT")), cadena, padding.PKCS1v15(), hashes.SHA256())


def test_the_timbre_carries_the_sello_of_the_document(pac):
    xml = invoice().sealed()
    stamped = pac.stamp(xml)
    assert timbre_of(stamped.xml).get("SelloCFD") == etree.fromstring(xml).get("Sello")
    assert timbre_of(stamped.xml).get("UUID") == stamped.uuid


def test_the_cadena_of_the_document_is_the_same_after_the_stamp(pac):
    xml = invoice().sealed()
    stamped = pac.stamp(xml).xml
    assert sat_files.cadena_original(etree.fromstring(stamped)) == sat_files.cadena_original(etree.fromstring(xml))


def test_the_same_bytes_again_give_the_earlier_stamp(any_pac):
    xml = invoice().sealed()
    assert any_pac.stamp(xml) == any_pac.stamp(xml)


def test_other_bytes_are_another_document(pac):
    assert pac.stamp(invoice("1").sealed()).uuid != pac.stamp(invoice("2").sealed()).uuid


def test_recover_finds_the_stamp_by_the_sent_bytes(any_pac):
    xml = invoice().sealed()
    stamped = any_pac.stamp(xml)
    assert any_pac.recover(xml) == stamped


def test_recover_proves_that_bytes_were_never_stamped(any_pac):
    xml = invoice().sealed()
    assert any_pac.recover(xml) == NeverStamped(proven=True)
    any_pac.stamp(xml)
    assert any_pac.recover(xml + b"\n") == NeverStamped(proven=True)


def test_a_refused_document_was_never_stamped(pac):
    xml = invoice().set(Total="1160.00").sealed()
    assert isinstance(pac.stamp(xml), Rejected)
    assert pac.recover(xml) == NeverStamped(proven=True)


def test_a_stamped_cfdi_is_not_stamped_again(pac):
    stamped = pac.stamp(invoice().sealed())
    with pytest.raises(InDoubtError, match="307"):
        pac.stamp(stamped.xml)


def test_many_threads_with_the_same_bytes_get_one_uuid(any_pac, ledger):
    xml = invoice().sealed()
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda _: any_pac.stamp(xml), range(32)))
    assert all(isinstance(answer, Stamped) for answer in answers)
    assert len({answer.uuid for answer in answers}) == 1
    assert len(ledger.stamps()) == 1


def test_two_pacs_on_one_folder_are_the_same_pac(open_pac):
    xml = invoice().sealed()
    assert open_pac().stamp(xml) == open_pac().recover(xml)


def test_check_tells_what_was_stamped_and_what_is_left(open_pac):
    pac = open_pac(credits=5)
    pac.stamp(invoice().sealed())
    assert pac.provider.check(pac.http) == "sandbox PAC: 1 stamps made, 4 left"
    assert pac.provider.balance(pac.http) == Balance(4)


def answering(status, body):
    provider = Sandbox(SandboxConfig(url="http://sandbox.example"))
    wire = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    return provider, Http.of(replace(provider.client(), transport=wire))


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"code": 307, "message": "x"}, {"uuid": [], "cfdi": []},
                                  {"uuid": "x", "cfdi": "PGEvPg=="}])  # fmt: skip
@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_of_another_shape_proves_nothing(status, body):
    provider, http = answering(status, body)
    sale = request(invoice().sealed())
    for call in (lambda: provider.stamp(http, sale), lambda: provider.cancel(http, CANCELLATION)):
        with pytest.raises(InDoubtError):
            call()
    with pytest.raises((TransientError, ConfigError)):
        provider.balance(http)
    with pytest.raises((TransientError, ConfigError)):
        provider.status(http, CANCELLATION.cfdi)


def test_a_stamp_of_another_document_is_not_ours(pac):
    other = pac.stamp(invoice().sealed())
    provider, http = answering(200, {"uuid": other.uuid, "cfdi": base64.b64encode(other.xml).decode()})
    with pytest.raises(InDoubtError, match="another document"):
        provider.stamp(http, request(invoice().set(Folio="9").sealed()))
