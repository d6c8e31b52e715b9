"""What SW is asked and answers, one exchange a scenario, with how sure each is.

Confidence: A names and meaning seen in SDKs or vendor pages, B shape seen and values made up, C a guess.
"""

from typing import Any, NamedTuple

from hub.plugin import (
    Balance,
    CancelReceived,
    CancelRefused,
    CfdiStatus,
    ConfigError,
    Fetched,
    InDoubtError,
    NotFetched,
    ReceiverCheck,
    Rejected,
    Stamped,
    TransientError,
)

UUID = "5B1F0C2E-7A4D-4E39-9C61-2F0A9D8E1B47"
OTHER = "E7A2D6F1-0B94-4C58-A3EE-94D1C07B2A63"
STAMP, CANCEL = "POST /v4/cfdi33/stamp/v2", "POST /cfdi33/cancel/xml"
LIVE, BALANCE = f"GET /datawarehouse/v1/live/{UUID.lower()}", "GET /management/v2/api/users/balance"
PENDING, ANSWER, LOGIN = "GET /pendings/URE180429TM6", "POST /acceptreject/xml", "POST /v2/security/authenticate"
LRFC, SAVE = "GET /lrfc/URE180429TM6", "POST /certificates/save"
CONSULTA = "POST /ConsultaCFDIService.svc"


class Exchange(NamedTuple):
    """`answers` are (request, HTTP status, body) in their order; `expected` is a value or the class raised."""

    name: str
    confidence: str
    call: str
    answers: tuple[tuple[str, int, Any], ...]
    expected: object


def success(data, **more):
    return {"data": data, "status": "success", **more}


def error(message, data=None, detail=None):
    return {"message": message, "messageDetail": detail, "data": data, "status": "error"}


def folio(code):
    return success({"acuse": f"<Acuse><EstatusUUID>{code}</EstatusUUID></Acuse>", "uuid": {UUID.lower(): code}})


def record(link):
    one = {"status": "Vigente", "urlXml": link, "urlPdf": None, "uuid": UUID.lower(), "total": 1160.0}
    return success({"metaData": {"page": "0", "perPage": "1", "links": {"current": None}}, "records": [one]})


def says(estado, es_cancelable, estatus):
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ConsultaResponse'
        ' xmlns="http://tempuri.org/"><ConsultaResult xmlns:a="http://schemas.datacontract.org/2004/07/Sat.Cfdi"'
        ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a:CodigoEstatus>S - Comprobante obtenido'
        f" satisfactoriamente.</a:CodigoEstatus><a:EsCancelable>{es_cancelable}</a:EsCancelable><a:Estado>{estado}"
        f"</a:Estado><a:EstatusCancelacion>{estatus}</a:EstatusCancelacion><a:ValidacionEFOS>200</a:ValidacionEFOS>"
        "</ConsultaResult></ConsultaResponse></s:Body></s:Envelope>"
    )


V2 = {"tfd": "$TFD", "cfdi": "$CFDI"}
V4 = {"uuid": UUID.lower(), "selloCFDI": "$SELLO", "qrCode": "cG5n", "cfdi": "$CFDI"}
PREVIO = "307. El comprobante contiene un timbre previo."
SAME_KEY = "CFDI3307 - Timbre duplicado. El customId proporcionado está duplicado."
BALANCE_57 = {"stampsBalance": 57, "stampsUsed": 43, "stampsAssigned": 100, "unlimited": False, "expirationDate": None}
WITH_ACCEPTANCE = "Cancelable con aceptación"
GATEWAY = "<html><body>504 Gateway Time-out</body></html>"
SIGNATURE = "Firma inválidad. Se esperaba: x se obtuvo: y"
TOKEN = success({"token": "aaa.bbb.ccc", "expires_in": 4102444800, "tokeny_type": "Bearer"})
BAD_PASSWORD = "AU2000 - El usuario y/o contraseña son inválidos, no se puede autenticar el servicio."

EXCHANGES = [
    Exchange("stamp", "A", "stamp", ((STAMP, 200, success(V2)),), Stamped),
    Exchange("stamp in the shape of version 4", "A", "stamp", ((STAMP, 200, success(V4)),), Stamped),
    Exchange("same bytes again", "A", "stamp", ((STAMP, 400, error(PREVIO, V2)),), Stamped),
    Exchange("same bytes again with HTTP 200", "C", "stamp", ((STAMP, 200, error(PREVIO, V2)),), Stamped),
    Exchange("same bytes again, not shown", "A", "stamp", ((STAMP, 400, error(PREVIO)),), InDoubtError),
    Exchange(
        "same bytes and key, timbre alone", "B", "stamp", ((STAMP, 400, error(SAME_KEY, {"tfd": "$TFD"})),), Stamped
    ),
    Exchange(
        "same key, other bytes",
        "A",
        "stamp",
        ((STAMP, 400, error(SAME_KEY, {"tfd": "$OTHER", "cfdi": ""})),),
        InDoubtError,
    ),
    Exchange("same key, nothing shown", "C", "stamp", ((STAMP, 400, error(SAME_KEY)),), InDoubtError),
    Exchange(
        "SAT's matrix",
        "B",
        "stamp",
        ((STAMP, 400, error("CFDI40147 - El domicilio fiscal no corresponde.", None, "El valor 01000 no.")),),
        Rejected("CFDI40147", "CFDI40147 - El domicilio fiscal no corresponde. El valor 01000 no"),
    ),
    Exchange(
        "older than 72 hours",
        "A",
        "stamp",
        ((STAMP, 400, error("401 - El rango de la fecha de generación no debe de ser mayor a 72 horas.")),),
        Rejected("401", "401 - El rango de la fecha de generación no debe de ser mayor a 72 horas"),
    ),
    Exchange("refused login", "A", "login", ((LOGIN, 401, error(BAD_PASSWORD)),), ConfigError),
    Exchange(
        "expired token",
        "A",
        "login",
        ((LOGIN, 200, TOKEN), (STAMP, 401, error(SIGNATURE)), (LOGIN, 200, TOKEN), (STAMP, 200, success(V2))),
        Stamped,
    ),
    Exchange(
        "no stamps left",
        "C",
        "stamp",
        (
            (STAMP, 400, error("Sin timbres disponibles")),
            (BALANCE, 200, success({**BALANCE_57, "stampsBalance": 0})),
        ),
        ConfigError,
    ),
    Exchange(
        "words alone, stamps left",
        "C",
        "stamp",
        ((STAMP, 400, error("Error desconocido")), (BALANCE, 200, success(BALANCE_57))),
        InDoubtError,
    ),
    Exchange("uncontrolled", "A", "stamp", ((STAMP, 400, error("CO1000 - Error no controlado")),), InDoubtError),
    Exchange("gateway page", "C", "stamp", ((STAMP, 504, GATEWAY),), InDoubtError),
    Exchange("no answer", "-", "stamp", ((STAMP, 0, ""),), InDoubtError),
    Exchange(
        "storage shows it",
        "A",
        "fetch",
        ((LIVE, 200, record("http://sw.test/x.xml")), ("GET /x.xml", 200, "$CFDI")),
        Fetched,
    ),
    Exchange(
        "storage has no record yet", "A", "fetch", ((LIVE, 200, success({"metaData": {}, "records": []})),), NotFetched
    ),
    Exchange("storage has no link yet", "A", "fetch", ((LIVE, 200, record(None)),), NotFetched),
    Exchange(
        "storage knows nothing",
        "A",
        "fetch",
        ((LIVE, 400, error("No se encuentra registro del timbrado.")),),
        NotFetched,
    ),
    Exchange("cancelled at once", "A", "cancel", ((CANCEL, 200, folio("201")),), CancelReceived),
    Exchange("cancelled before", "A", "cancel", ((CANCEL, 200, folio("202")),), CancelReceived),
    Exchange(
        "a CFDI relates to it",
        "B",
        "cancel",
        ((CANCEL, 200, folio("204")),),
        CancelRefused("204", "it cannot be cancelled: a valid CFDI relates to it"),
    ),
    Exchange(
        "wrong fields",
        "A",
        "cancel",
        ((CANCEL, 400, error("CACFDI33 - Problemas con los campos.", None, "Faltan datos del CSD")),),
        CancelRefused("CACFDI33", "CACFDI33 - Problemas con los campos. Faltan datos del CSD"),
    ),
    Exchange(
        "certificate refused",
        "A",
        "cancel",
        ((CANCEL, 400, error("CACFDI33 - Problemas con el xml.", None, "CR1308 - Certificado revocado o caduco")),),
        ConfigError,
    ),
    Exchange(
        "motivo refused",
        "A",
        "cancel",
        ((CANCEL, 400, error("CACFDI33 - Problemas con el xml.", None, "CR1310. Clave de motivo no válida")),),
        CancelRefused("CR1310", "CACFDI33 - Problemas con el xml. CR1310. Clave de motivo no válida"),
    ),
    Exchange(
        "uncontrolled cancellation",
        "A",
        "cancel",
        ((CANCEL, 400, error("CACFDI33 - Error no controlado")),),
        InDoubtError,
    ),
    Exchange(
        "acuse without words",
        "A",
        "cancel",
        ((CANCEL, 400, error("CASD - Acuse sin descripción específica.")),),
        InDoubtError,
    ),
    Exchange(
        "another folio's answer", "C", "cancel", ((CANCEL, 200, success({"uuid": {OTHER: "201"}})),), InDoubtError
    ),
    Exchange(
        "valid",
        "A",
        "status",
        ((CONSULTA, 200, says("Vigente", WITH_ACCEPTANCE, "")),),
        CfdiStatus("Vigente", WITH_ACCEPTANCE),
    ),
    Exchange(
        "in process",
        "A",
        "status",
        ((CONSULTA, 200, says("Vigente", WITH_ACCEPTANCE, "En proceso")),),
        CfdiStatus("Vigente", WITH_ACCEPTANCE, "En proceso"),
    ),
    Exchange(
        "receiver rejected",
        "A",
        "status",
        ((CONSULTA, 200, says("Vigente", WITH_ACCEPTANCE, "Solicitud rechazada")),),
        CfdiStatus("Vigente", WITH_ACCEPTANCE, "Solicitud rechazada"),
    ),
    Exchange(
        "cancelled",
        "A",
        "status",
        ((CONSULTA, 200, says("Cancelado", "No cancelable", "Cancelado sin aceptación")),),
        CfdiStatus("Cancelado", "No cancelable", "Cancelado sin aceptación"),
    ),
    Exchange("SAT answers something else", "C", "status", ((CONSULTA, 200, "<html/>"),), TransientError),
    Exchange("balance", "A", "balance", ((BALANCE, 200, success(BALANCE_57)),), Balance(57)),
    Exchange(
        "balance without limit",
        "A",
        "balance",
        ((BALANCE, 200, success({**BALANCE_57, "unlimited": True})),),
        Balance(None),
    ),
    Exchange("nothing pending", "A", "pending", ((PENDING, 400, error("CA1101 - No existen peticiones.")),), ()),
    Exchange("pending", "A", "pending", ((PENDING, 200, success({"UUID": [UUID]}, codStatus="1100")),), (UUID,)),
    Exchange(
        "RFC in SAT's list",
        "A",
        "check_receiver",
        ((LRFC, 200, success({"contribuyenteRFC": "URE180429TM6", "sncf": False, "subcontratacion": False})),),
        ReceiverCheck("matches"),
    ),
    Exchange(
        "RFC not in SAT's list",
        "C",
        "check_receiver",
        ((LRFC, 400, error("CS1002 - x")),),
        ReceiverCheck("unknown", message="SW shows no such RFC in SAT's list (CS1002)"),
    ),
    Exchange("CSD taken", "B", "register_issuer", ((SAVE, 200, success("x")),), "SW has the CSD of EKU9003173C9"),
    Exchange("CSD refused", "C", "register_issuer", ((SAVE, 400, error("No corresponde")),), ConfigError),
]
