"""What Finkok is asked and answers, one exchange a scenario, with how sure each is.

Confidence: A names and meaning seen in WSDL or public clients, B shape seen and values made up, C a guess.
"""

from typing import NamedTuple

from hub.plugin import (
    CancelReceived,
    CancelRefused,
    CfdiStatus,
    ConfigError,
    InDoubtError,
    NeverStamped,
    Rejected,
    Stamped,
    TransientError,
)

UUID = "5B1F0C2E-7A4D-4E39-9C61-2F0A9D8E1B47"
SHOWN = (
    "<s0:xml>$CFDI</s0:xml><s0:UUID>$UUID</s0:UUID><s0:Fecha>2026-09-14T10:15:07</s0:Fecha>"
    "<s0:CodEstatus>Comprobante timbrado {}</s0:CodEstatus><s0:SatSeal>c2F0</s0:SatSeal>"
)
NO_CERTIFICADO = "<s0:NoCertificadoSAT>30001000000500003456</s0:NoCertificadoSAT>"
HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class Exchange(NamedTuple):
    """`answers` are (operation asked, HTTP status, body) in their order; `expected` is a value or the class raised."""

    name: str
    confidence: str
    call: str
    answers: tuple[tuple[str, int, str], ...]
    expected: object


def envelope(service, operation, content):
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<senv:Envelope xmlns:senv="http://schemas.xmlsoap.org/soap/envelope/"'
        f' xmlns:tns="http://facturacion.finkok.com/{service}" xmlns:s0="apps.services.soap.core.views"><senv:Body>'
        f"<tns:{operation}Response><tns:{operation}Result>{content}</tns:{operation}Result></tns:{operation}Response>"
        "</senv:Body></senv:Envelope>"
    )


def incidencia(code, message="", extra=""):
    return (
        "<s0:Incidencia><s0:IdIncidencia>100200300</s0:IdIncidencia><s0:RfcEmisor>EKU9003173C9</s0:RfcEmisor>"
        f"<s0:Uuid></s0:Uuid><s0:CodigoError>{code}</s0:CodigoError><s0:WorkProcessId>7f3c5d10e2</s0:WorkProcessId>"
        f"<s0:MensajeIncidencia>{message}</s0:MensajeIncidencia><s0:ExtraInfo>{extra}</s0:ExtraInfo>"
        "<s0:NoCertificadoPac></s0:NoCertificadoPac><s0:FechaRegistro>2026-09-14T10:15:06</s0:FechaRegistro>"
        "</s0:Incidencia>"
    )


def stamps(content, operation="stamp"):
    return (operation, 200, envelope("stamp", operation, content))


def refuses(code, message="", extra="", operation="stamp", times=1):
    incidencias = incidencia(code, message, extra) * times
    return stamps(f"<s0:xml></s0:xml><s0:Incidencias>{incidencias}</s0:Incidencias>", operation)


def cancels(content):
    return ("cancel_signature", 200, envelope("cancel", "cancel_signature", content))


def folio(code, estatus=""):
    acuse = f"&lt;Acuse&gt;&lt;EstatusUUID&gt;{code}&lt;/EstatusUUID&gt;&lt;/Acuse&gt;"
    return cancels(
        f"<s0:Folios><s0:Folio><s0:UUID>{UUID}</s0:UUID><s0:EstatusUUID>{code}</s0:EstatusUUID>"
        f"<s0:EstatusCancelacion>{estatus}</s0:EstatusCancelacion></s0:Folio></s0:Folios><s0:Acuse>{acuse}</s0:Acuse>"
        "<s0:Fecha>2026-09-15T09:00:03</s0:Fecha><s0:RfcEmisor>EKU9003173C9</s0:RfcEmisor>"
    )


def says(estado, es_cancelable, estatus, codigo="S - Comprobante obtenido satisfactoriamente."):
    sat = (
        f"<s0:sat><s0:DetallesValidacionEFOS></s0:DetallesValidacionEFOS><s0:EsCancelable>{es_cancelable}"
        f"</s0:EsCancelable><s0:ValidacionEFOS>200</s0:ValidacionEFOS><s0:CodigoEstatus>{codigo}</s0:CodigoEstatus>"
        f"<s0:Estado>{estado}</s0:Estado><s0:EstatusCancelacion>{estatus}</s0:EstatusCancelacion></s0:sat>"
    )
    return ("get_sat_status", 200, envelope("cancel", "get_sat_status", sat))


NEW = SHOWN.format("satisfactoriamente")
EARLIER = SHOWN.format("previamente")
NO_INCIDENCES = "<s0:Incidencias></s0:Incidencias>"
PREVIO = incidencia("307", "El CFDI contiene un timbre previo")
FAULT = (
    '<senv:Envelope xmlns:senv="http://schemas.xmlsoap.org/soap/envelope/"><senv:Body><senv:Fault>'
    "<faultcode>senv:Server</faultcode><faultstring>internal error in view</faultstring></senv:Fault>"
    "</senv:Body></senv:Envelope>"
)
WITH_ACCEPTANCE = "Cancelable con aceptación"

EXCHANGES = [
    Exchange("stamp", "A", "stamp", (stamps(NEW + NO_INCIDENCES + NO_CERTIFICADO),), Stamped),
    Exchange("stamp without any incidences", "A", "stamp", (stamps(NEW),), Stamped),
    Exchange(
        "stamp with a warning", "A", "stamp", (stamps(f"{NEW}<s0:Incidencias>{PREVIO}</s0:Incidencias>"),), Stamped
    ),
    Exchange(
        "duplicate with its CFDI",
        "A",
        "stamp",
        (stamps(f"{EARLIER}<s0:Incidencias>{PREVIO * 2}</s0:Incidencias>{NO_CERTIFICADO}"),),
        Stamped,
    ),
    Exchange(
        "duplicate without its CFDI, shown when asked",
        "A",
        "stamp",
        (refuses("307", "El CFDI contiene un timbre previo", times=2), stamps(EARLIER, "stamped")),
        Stamped,
    ),
    Exchange(
        "duplicate without its CFDI, not shown when asked",
        "A",
        "stamp",
        (refuses("307", times=2), refuses("603", operation="stamped")),
        InDoubtError,
    ),
    Exchange("asked for: shown", "A", "recover", (stamps(EARLIER, "stamped"),), Stamped),
    Exchange(
        "asked for: never stamped",
        "A",
        "recover",
        (refuses("603", "El CFDI no contiene un timbre previo", operation="stamped"),),
        NeverStamped(proven=True),
    ),
    Exchange(
        "asked for: two lists that contradict each other",
        "C",
        "recover",
        (
            stamps(
                "".join(f"<s0:Incidencias>{incidencia(code)}</s0:Incidencias>" for code in ("603", "307")), "stamped"
            ),
        ),
        InDoubtError,
    ),
    Exchange(
        "a timbre in what is sent",
        "B",
        "stamp",
        (refuses("707", "CFDI ya timbrado"),),
        Rejected("707", "CFDI ya timbrado"),
    ),
    Exchange(
        "SAT's matrix",
        "B",
        "stamp",
        (refuses("CFDI40147", "El domicilio fiscal no corresponde", "DomicilioFiscalReceptor 01000"),),
        Rejected("CFDI40147", "El domicilio fiscal no corresponde. DomicilioFiscalReceptor 01000"),
    ),
    Exchange("wrong user", "B", "stamp", (refuses("300", "Usuario y contraseña inválidos"),), ConfigError),
    Exchange("no stamps left", "C", "stamp", (refuses("718", "Timbres agotados"),), ConfigError),
    Exchange("issuer not registered", "A", "stamp", (refuses("702"),), ConfigError),
    Exchange("server fault", "A", "stamp", (("stamp", 500, FAULT),), InDoubtError),
    Exchange("fault with HTTP 200", "C", "stamp", (("stamp", 200, FAULT),), InDoubtError),
    Exchange("gateway page", "C", "stamp", (("stamp", 502, HTML),), InDoubtError),
    Exchange("no answer", "-", "stamp", (("stamp", 0, ""),), InDoubtError),
    Exchange("SAT's seal failed", "B", "stamp", (refuses("709"),), InDoubtError),
    Exchange("cancelled at once", "A", "cancel", (folio("201", "Cancelado sin aceptación"),), CancelReceived),
    Exchange("cancellation waits", "A", "cancel", (folio("201", "En proceso"),), CancelReceived),
    Exchange("cancelled before", "A", "cancel", (folio("202"),), CancelReceived),
    Exchange(
        "not cancelable",
        "A",
        "cancel",
        (folio("no_cancelable"),),
        CancelRefused("no_cancelable", "SAT's validation before the request says that it cannot be cancelled"),
    ),
    Exchange(
        "not known yet",
        "A",
        "cancel",
        (folio("205"),),
        CancelRefused("205", "SAT does not know the CFDI yet", again_later=True),
    ),
    Exchange(
        "SAT unreachable",
        "B",
        "cancel",
        (cancels("<s0:CodEstatus>708 No se pudo conectar al SAT</s0:CodEstatus>"),),
        TransientError,
    ),
    Exchange(
        "cancellation with a bad CSD",
        "B",
        "cancel",
        (cancels("<s0:CodEstatus>304 - Certificado revocado</s0:CodEstatus>"),),
        ConfigError,
    ),
    Exchange("folio with a bad CSD", "B", "cancel", (folio("305"),), ConfigError),
    Exchange("earlier request exists", "B", "cancel", (cancels("<s0:CodEstatus>798</s0:CodEstatus>"),), InDoubtError),
    Exchange("another folio's answer", "C", "cancel", (cancels("<s0:Folios></s0:Folios>"),), InDoubtError),
    Exchange(
        "valid", "A", "status", (says("Vigente", WITH_ACCEPTANCE, ""),), CfdiStatus("Vigente", WITH_ACCEPTANCE, "")
    ),
    Exchange(
        "in process",
        "A",
        "status",
        (says("Vigente", WITH_ACCEPTANCE, "En proceso"),),
        CfdiStatus("Vigente", WITH_ACCEPTANCE, "En proceso"),
    ),
    Exchange(
        "receiver rejected",
        "A",
        "status",
        (says("Vigente", WITH_ACCEPTANCE, "Solicitud rechazada"),),
        CfdiStatus("Vigente", WITH_ACCEPTANCE, "Solicitud rechazada"),
    ),
    Exchange(
        "cancelled",
        "A",
        "status",
        (says("Cancelado", "No cancelable", "Cancelado sin aceptación"),),
        CfdiStatus("Cancelado", "No cancelable", "Cancelado sin aceptación"),
    ),
    Exchange(
        "deadline over",
        "A",
        "status",
        (says("Cancelado", "No cancelable", "Plazo vencido"),),
        CfdiStatus("Cancelado", "No cancelable", "Plazo vencido"),
    ),
    Exchange(
        "not found",
        "A",
        "status",
        (says("No Encontrado", "", "", "N - 602: Comprobante no encontrado."),),
        CfdiStatus("No Encontrado"),
    ),
    Exchange("SAT does not answer Finkok", "C", "status", (says("", "", ""),), TransientError),
]
