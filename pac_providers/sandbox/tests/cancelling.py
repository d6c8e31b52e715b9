"""Cancelling a stamped CFDI in tests: SAT's document, signed by hand."""

import base64
import hashlib
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from cryptography.hazmat.primitives import hashes
from lxml import etree

from hub.plugin import CancelRequest, CfdiReference, CfdiStatus, Stamped
from pac_providers.sandbox.settings import RFC_PAC
from pac_providers.sandbox.tests.documents import EMISOR, RECEPTOR, Csd, Document, csd

DS = "http://www.w3.org/2000/09/xmldsig#"


@dataclass
class Issued:
    """A stamped CFDI and the way to cancel it."""

    pac: object
    uuid: str
    total: str
    sello: str
    rfc_receptor: str

    @classmethod
    def by(cls, pac, document: Document) -> "Issued":
        stamped = pac.stamp(document.sealed())
        assert isinstance(stamped, Stamped), stamped
        root = document.root
        return cls(pac, stamped.uuid, root.get("Total"), root.get("Sello"), document.at("Receptor").get("Rfc"))

    @property
    def reference(self) -> CfdiReference:
        return CfdiReference(self.uuid, EMISOR, self.rfc_receptor, Decimal(self.total), self.sello)

    def cancel(self, motivo: str = "02", folio: str | None = None, signed_xml: bytes | None = None):
        signed = signed_cancelacion(self.uuid, motivo, folio) if signed_xml is None else signed_xml
        return self.pac.provider.cancel(self.pac.http, CancelRequest(self.reference, motivo, signed, folio))

    @property
    def status(self) -> CfdiStatus:
        return self.pac.provider.status(self.pac.http, self.reference)


def signed_cancelacion(
    uuid: str,
    motivo: str = "02",
    folio: str | None = None,
    *,
    rfc: str = EMISOR,
    by: Csd | None = None,
    algorithm: str = "sha1",
    tail: str = "",
) -> bytes:
    """SAT's document with its enveloped signature, made by hand."""
    sustitucion = f' FolioSustitucion="{folio}"' if folio else ""
    text = (
        '<Cancelacion xmlns="http://cancelacfd.sat.gob.mx" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" RfcEmisor="{rfc}" Fecha="2026-11-20T12:00:00">'
        f'<Folios><Folio UUID="{uuid}" Motivo="{motivo}"{sustitucion}/></Folios>{tail}</Cancelacion>'
    )
    return _signed(text, by or csd(), algorithm, tail)


def signed_respuesta(
    uuid: str, respuesta: str, *, rfc: str = RECEPTOR, by: Csd | None = None, rfc_pac: str = RFC_PAC
) -> bytes:
    """What a receptor signs to accept or reject a cancellation."""
    text = (
        '<SolicitudAceptacionRechazo xmlns="http://cancelacfd.sat.gob.mx" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" RfcReceptor="{rfc}" RfcPacEnviaSolicitud="{rfc_pac}"'
        f' Fecha="2026-11-20T12:00:00"><Folios><UUID>{uuid}</UUID><Respuesta>{respuesta}</Respuesta></Folios>'
        "</SolicitudAceptacionRechazo>"
    )
    return _signed(text, by or csd(RECEPTOR), "sha1", "")


def _signed(text: str, by: Csd, algorithm: str, tail: str) -> bytes:
    root = etree.fromstring(text)
    digest = base64.b64encode(hashlib.new(algorithm, etree.tostring(root, method="c14n")).digest()).decode()
    names = {
        "sha1": (f"{DS}rsa-sha1", f"{DS}sha1"),
        "sha256": ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256"),
    }
    signature = etree.fromstring(
        f'<Signature xmlns="{DS}"><SignedInfo>'
        '<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>'
        f'<SignatureMethod Algorithm="{names[algorithm][0]}"/><Reference URI=""><Transforms>'
        f'<Transform Algorithm="{DS}enveloped-signature"/></Transforms>'
        f'<DigestMethod Algorithm="{names[algorithm][1]}"/>'
        f"<DigestValue>{digest}</DigestValue></Reference></SignedInfo><SignatureValue/><KeyInfo><X509Data>"
        f"<X509Certificate>{by.base64}</X509Certificate></X509Data></KeyInfo></Signature>"
    )
    root.find("{*}Folios").addnext(signature)
    signature.tail, root.find("{*}Folios").tail = tail or None, None
    found = signature.find(f"{{{DS}}}SignedInfo")
    scoped = etree.Element(found.tag, nsmap=found.nsmap)
    scoped.extend(deepcopy(child) for child in found)
    info = etree.tostring(scoped, method="c14n")
    hash_of = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}[algorithm]
    signature.find(f"{{{DS}}}SignatureValue").text = by.sign(info, hash_of())
    return etree.tostring(root)
