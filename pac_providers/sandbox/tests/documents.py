"""CFDI for the sandbox's tests: a valid one, and a way to break one thing in it and seal it again."""

import base64
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from lxml import etree

from pac_providers.sandbox import sat_files

CFDI = "http://www.sat.gob.mx/cfd/4"
EMISOR = "EKU9003173C9"
RECEPTOR = "URE180429TM6"

_TEMPLATE = f"""<cfdi:Comprobante xmlns:cfdi="{CFDI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="{CFDI} http://www.sat.gob.mx/sitio_internet/cfd/4/cfdv40.xsd" Version="4.0" Serie="A" Folio="1"
 FormaPago="03" SubTotal="999.99" Moneda="MXN" Total="1159.99" TipoDeComprobante="I" Exportacion="01" MetodoPago="PUE"
 LugarExpedicion="42501"><cfdi:Emisor Rfc="{EMISOR}" Nombre="ESCUELA KEMPER URGATE" RegimenFiscal="601"/><cfdi:Receptor
 Rfc="{RECEPTOR}" Nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA" DomicilioFiscalReceptor="86991" RegimenFiscalReceptor="601"
 UsoCFDI="G03"/><cfdi:Conceptos><cfdi:Concepto ClaveProdServ="43211503" NoIdentificacion="SKU-1" Cantidad="3"
 ClaveUnidad="H87" Descripcion="Accesorio para laptop" ValorUnitario="333.33" Importe="999.99" ObjetoImp="02"
 ><cfdi:Impuestos><cfdi:Traslados><cfdi:Traslado Base="999.99" Impuesto="002" TipoFactor="Tasa" TasaOCuota="0.160000"
 Importe="159.998400"/></cfdi:Traslados></cfdi:Impuestos></cfdi:Concepto></cfdi:Conceptos><cfdi:Impuestos
 TotalImpuestosTrasladados="160.00"><cfdi:Traslados><cfdi:Traslado Base="999.99" Impuesto="002" TipoFactor="Tasa"
 TasaOCuota="0.160000" Importe="160.00"/></cfdi:Traslados></cfdi:Impuestos></cfdi:Comprobante>"""


@dataclass(frozen=True)
class Csd:
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def numero(self) -> str:
        return self.certificate.serial_number.to_bytes(20, "big").decode()

    @property
    def base64(self) -> str:
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()

    def sign(self, data: bytes, algorithm: hashes.HashAlgorithm | None = None) -> str:
        return base64.b64encode(self.key.sign(data, padding.PKCS1v15(), algorithm or hashes.SHA256())).decode()


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def csd(
    rfc: str = EMISOR,
    nombre: str = "ESCUELA KEMPER URGATE SA DE CV",
    authority: str = "AC UAT",
    *,
    efirma: bool = False,
    valid_days: tuple[int, int] = (-30, 1000),
) -> Csd:
    """Looks like one of SAT's test CSD; every one has the same key, which is faster."""
    key, now = rsa_key(), datetime.now(UTC)
    usages = dict.fromkeys(
        ("key_encipherment", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, nombre),
                    x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, f"{rfc} / CACX7605101P8"),
                ]
            )
        )
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, authority)]))
        .public_key(key.public_key())
        .serial_number(int.from_bytes(b"30001000000500003416", "big"))
        .not_valid_before(now + timedelta(days=valid_days[0]))
        .not_valid_after(now + timedelta(days=valid_days[1]))
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                data_encipherment=efirma,
                key_agreement=efirma,
                **usages,
            ),
            critical=True,
        )
    )
    if efirma:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    return Csd(builder.sign(key, hashes.SHA256()), key)


class Document:
    """A CFDI that can be changed by path and sealed as often as needed."""

    def __init__(self, xml: str = _TEMPLATE) -> None:
        self.root = etree.fromstring(xml)
        self.csd = csd()
        now = datetime.now(ZoneInfo("America/Mexico_City")) - timedelta(minutes=5)
        self.root.set("Fecha", now.strftime("%Y-%m-%dT%H:%M:%S"))

    def at(self, path: str) -> etree._Element:
        """The element at `Conceptos/Concepto`; "" is the Comprobante."""
        if not path:
            return self.root
        steps = "/".join(f"{{{CFDI}}}{step}" if step[0].isalpha() else step for step in path.split("/"))
        found = self.root.find(steps)
        assert found is not None, path
        return found

    def set(self, path: str = "", **attributes: str | None) -> "Document":
        """Change attributes; None takes one away."""
        element = self.at(path)
        for name, value in attributes.items():
            if value is None:
                del element.attrib[name]
            else:
                element.set(name, value)
        return self

    def remove(self, path: str) -> "Document":
        element = self.at(path)
        element.getparent().remove(element)
        return self

    def add(self, path: str, xml: str, index: int | None = None) -> "Document":
        element = etree.fromstring(f'<x xmlns:cfdi="{CFDI}">{xml}</x>')[0]
        parent = self.at(path)
        parent.insert(len(parent) if index is None else index, element)
        return self

    def copy_of(self, path: str, **attributes: str) -> "Document":
        """Put a copy of an element beside it."""
        element = self.at(path)
        twin = deepcopy(element)
        for name, value in attributes.items():
            twin.set(name, value)
        element.addnext(twin)
        return self

    def _default(self, name: str, value: str) -> None:
        if name not in self.root.attrib:
            self.root.set(name, value)

    def sealed(self, *, sello: str | None = None) -> bytes:
        self._default("NoCertificado", self.csd.numero)
        self._default("Certificado", self.csd.base64)
        self._default("Sello", "x")
        self.root.set("Sello", sello or self.csd.sign(sat_files.cadena_original(self.root).encode()))
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")


def invoice(folio: str = "1") -> Document:
    """An ingreso of 1,159.99 pesos."""
    return Document().set(Folio=folio)
