"""SAT's ConsultaCFDI: the question about one CFDI and the answer, as values. No network, no WSDL.

SOAP 1.1, one operation, no account. `expresionImpresa` is what the QR of a CFDI says (Anexo 20, apartado I.D); the
total stands in it exactly as in the XML, and an `&` of an RFC as `&amp;`, inside CDATA too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from hub.sat.fold import fold

if TYPE_CHECKING:
    from lxml.etree import _Element

PRODUCTION_URL = "https://consultaqr.facturaelectronica.sat.gob.mx/ConsultaCFDIService.svc"
HEADERS: Mapping[str, str] = {
    "content-type": "text/xml; charset=utf-8",
    "soapaction": '"http://tempuri.org/IConsultaCFDIService/Consulta"',
}
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:tem="http://tempuri.org/">'
    "<soapenv:Header/><soapenv:Body><tem:Consulta><tem:expresionImpresa><![CDATA[{expresion}]]></tem:expresionImpresa>"
    "</tem:Consulta></soapenv:Body></soapenv:Envelope>"
)
_NOT_LISTED = frozenset({"200", "201"})


class Estado(StrEnum):
    """Whether the CFDI is in force."""

    VIGENTE = "Vigente"
    CANCELADO = "Cancelado"
    NO_ENCONTRADO = "No Encontrado"
    """SAT does not know it: not yet (up to 72 hours after the stamp), or the values are not those of the CFDI (602)."""


class EsCancelable(StrEnum):
    """What SAT would do with a request to cancel (RMF 2.7.1.34, 2.7.1.35)."""

    NO_CANCELABLE = "No cancelable"
    """A live CFDI is related to it."""
    SIN_ACEPTACION = "Cancelable sin aceptación"
    CON_ACEPTACION = "Cancelable con aceptación"


class EstatusCancelacion(StrEnum):
    """What became of a request to cancel."""

    EN_PROCESO = "En proceso"
    """The receptor has three business days to answer."""
    SOLICITUD_RECHAZADA = "Solicitud rechazada"
    SIN_ACEPTACION = "Cancelado sin aceptación"
    CON_ACEPTACION = "Cancelado con aceptación"
    PLAZO_VENCIDO = "Plazo vencido"
    """Nobody answered in time: cancelled."""


class UnknownWordError(ValueError):
    """SAT answered something that is in none of its documents."""


class ExpressionRefusedError(ValueError):
    """601: SAT cannot read the expression; one of its values is not of that CFDI."""


@dataclass(frozen=True, slots=True)
class Consulta:
    """The CFDI that is asked about.

    Attributes:
        total: Total exactly as its XML writes it; a complemento de pagos has 0.
        sello: the issuer's Sello; only its last eight characters are sent. Empty: asked without them.
    """

    uuid: str
    rfc_emisor: str
    rfc_receptor: str
    total: str | Decimal
    sello: str = ""


@dataclass(frozen=True, slots=True)
class Respuesta:
    """SAT's answer. `es_cancelable` and `estatus_cancelacion` are None where SAT says nothing.

    `emisor_in_efos`: the issuer is in the 69-B list as definitivo; None if SAT did not say.
    """

    estado: Estado
    es_cancelable: EsCancelable | None = None
    estatus_cancelacion: EstatusCancelacion | None = None
    emisor_in_efos: bool | None = None


def expresion_impresa(consulta: Consulta) -> str:
    """`?re=...&rr=...&tt=...&id=...&fe=...`."""
    total = consulta.total if isinstance(consulta.total, str) else f"{consulta.total:f}"
    fields = {
        "re": _rfc(consulta.rfc_emisor),
        "rr": _rfc(consulta.rfc_receptor),
        "tt": total,
        "id": consulta.uuid.upper(),
    }
    if consulta.sello:
        fields["fe"] = consulta.sello[-8:]
    return "?" + "&".join(f"{name}={value}" for name, value in fields.items())


def question(consulta: Consulta) -> bytes:
    """The body of the request."""
    return _ENVELOPE.format(expresion=expresion_impresa(consulta)).encode()


def answer(root: "_Element") -> Respuesta:
    """What the answer's XML says.

    Raises:
        ExpressionRefusedError: 601.
        UnknownWordError: it is no answer of this service, or says a word that SAT does not document.
    """
    texts = {_name(node): (node.text or "").strip() for node in root.iter("{*}ConsultaResult") for node in node}
    codigo = texts.get("CodigoEstatus", "")
    if "601" in codigo:
        raise ExpressionRefusedError(f"SAT: {codigo}")
    return read_words(
        texts.get("Estado", ""),
        texts.get("EsCancelable", ""),
        texts.get("EstatusCancelacion", ""),
        texts.get("ValidacionEFOS", ""),
    )


def read_words(estado: str, es_cancelable: str, estatus_cancelacion: str, validacion_efos: str = "") -> Respuesta:
    """SAT's words, as SAT or a PAC hands them on, as values; case and accents do not matter."""
    known = _known(Estado, estado)
    if known is None:
        raise UnknownWordError("the answer has no Estado")
    return Respuesta(
        known,
        _known(EsCancelable, es_cancelable),
        _known(EstatusCancelacion, estatus_cancelacion),
        None if not validacion_efos else validacion_efos not in _NOT_LISTED,
    )


Word = TypeVar("Word", bound=StrEnum)


def _known(words: type[Word], text: str) -> Word | None:
    if not text:
        return None
    for word in words:
        if fold(word) == fold(text):
            return word
    raise UnknownWordError(f"{words.__name__} {text[:60]!r} is not a word of SAT's")


def _rfc(rfc: str) -> str:
    return rfc.replace("&", "&amp;")


def _name(node: "_Element") -> str:
    return str(node.tag).rpartition("}")[2]
