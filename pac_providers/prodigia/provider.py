"""Prodigia as the hub sees it."""

import base64
from typing import ClassVar

from hub.plugin import (
    Basic,
    CancelReceived,
    CancelRefused,
    CancelRequest,
    Capabilities,
    CfdiReference,
    CfdiStatus,
    Client,
    Fetched,
    Http,
    HubError,
    InDoubtError,
    NeverStamped,
    NotFetched,
    PacProvider,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
    TransientError,
    stamp_of,
)

from .cancelling import read_cancelled, read_status
from .codes import ALREADY_STAMPED, NO_SUCH_CFDI, NOTHING_PENDING, refusal, refuse_account, said
from .config import ProdigiaConfig
from .soap import Office, text_of
from .timbrado import ServicioTimbrado, decoded, send

_NOBODYS_UUID = "00000000-0000-0000-0000-000000000000"
_DONE, _FOUND = "0", frozenset({"0", "1100"})


class Prodigia(PacProvider[ProdigiaConfig]):
    """Prodigia (PADE): REST to stamp, SOAP for the rest. The same bytes again give the earlier stamp."""

    name = "prodigia"
    capabilities: ClassVar[Capabilities] = Capabilities(
        resend_is_safe=True, recovers_by="resending", tells_status=True, confidence="from public clients"
    )

    def client(self) -> Client:
        config = self.config
        return Client(
            base_url=config.url,
            auth=Basic(config.username, config.password),
            headers={"accept": None},  # with one, Prodigia answers errors
            timeout_s=config.timeout_s,
        )

    def check(self, http: Http) -> str:
        # The query of a CFDI that cannot exist costs nothing and needs contract, user and password.
        result = self._office.ask(http, "cfdiPorUUID", ("uuid", _NOBODYS_UUID))
        code = text_of(result, "codigo")
        refuse_account(code)
        if code not in {NO_SUCH_CFDI, _DONE}:
            raise TransientError(f"Prodigia answers {said(code)} to a harmless query")
        return f"Prodigia ({self.config.environment}) accepts the contract and the user"

    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        return self._settled(http, request, send(http, self.config, request.xml))

    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        answer = self.stamp(http, request)
        if isinstance(answer, Stamped):
            return answer
        return StillUnknown(
            f"Prodigia refuses the same bytes now ({answer.code}), which says nothing of the first time"
        )

    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        signed = base64.b64encode(request.signed_xml).decode()
        result = self._office.write(
            http,
            "cancelarConOpciones",
            ("rfcEmisor", request.cfdi.rfc_emisor),
            ("arregloUUID", self._named(request)),
            ("opciones", f"XML_CANCELACION:{signed}"),
        )
        return read_cancelled(result, request.cfdi.uuid)

    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:
        return read_status(
            self._office.ask(
                http,
                "consultarEstatusComprobante",
                ("uuid", cfdi.uuid),
                ("rfcEmisor", cfdi.rfc_emisor),
                ("rfcReceptor", cfdi.rfc_receptor),
                ("total", f"{cfdi.total:f}"),
            )
        )

    def fetch(self, http: Http, cfdi: CfdiReference) -> Fetched | NotFetched:
        xml = self._xml_of(http, cfdi.uuid)
        return Fetched(xml) if xml else NotFetched("Prodigia does not keep this CFDI")

    def pending(self, http: Http, rfc_receptor: str) -> tuple[str, ...]:
        result = self._office.ask(http, "consultarPeticionesPendientes", ("rfcReceptor", rfc_receptor))
        uuids = tuple((node.text or "").strip() for node in result.iter("uuid"))
        code = text_of(result, "codigo")
        if not uuids and code not in {*_FOUND, NOTHING_PENDING}:
            refuse_account(code)
            raise TransientError(f"Prodigia answers {said(code)} when asked what waits for {rfc_receptor}")
        return tuple(filter(None, uuids))

    @property
    def _office(self) -> Office:
        return Office(self.config)

    def _settled(self, http: Http, request: StampRequest, told: ServicioTimbrado) -> Stamped | Rejected:
        if told.codigo == _DONE and told.ok and told.xml:
            return stamp_of(request, told.xml)
        if told.codigo == ALREADY_STAMPED or told.ok or told.uuid:
            return stamp_of(request, told.xml or self._earlier(http, told))
        return refusal(told.codigo, told.mensaje or "")

    def _earlier(self, http: Http, told: ServicioTimbrado) -> bytes:
        """It is stamped for certain, so whatever the look-up raises is a doubt."""
        if not told.uuid:
            raise InDoubtError("Prodigia says that it stamped this before and shows neither XML nor UUID")
        try:
            xml = self._xml_of(http, told.uuid)
        except HubError as error:
            raise InDoubtError(f"Prodigia stamped {told.uuid} and cannot be asked for it: {error}") from error
        if not xml:
            raise InDoubtError(f"Prodigia stamped {told.uuid} and does not show it")
        return xml

    def _xml_of(self, http: Http, uuid: str) -> bytes:
        result = self._office.ask(http, "cfdiPorUUID", ("uuid", uuid))
        code, xml = text_of(result, "codigo"), text_of(result, "xmlBase64")
        if xml:
            return decoded(xml)
        if code != NO_SUCH_CFDI:
            refuse_account(code)
            raise TransientError(f"Prodigia answers {said(code)} when asked for a CFDI")
        return b""

    def _named(self, request: CancelRequest) -> str:
        cfdi = request.cfdi
        if self.config.arreglo_uuid == "datos":
            return f"{cfdi.uuid}|{cfdi.rfc_receptor}|{cfdi.rfc_emisor}|{cfdi.total:f}"
        return f"{cfdi.uuid}|{request.motivo}|{request.folio_sustitucion or ''}"
