"""Facturama as the hub sees it: what it cannot say of itself, its lists must tell."""

import base64
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from hub.plugin import (
    Balance,
    Basic,
    CancelReceived,
    CancelRefused,
    CancelRequest,
    Capabilities,
    CfdiReference,
    CfdiStatus,
    Client,
    ConfigError,
    DataError,
    Fetched,
    Http,
    HubError,
    InDoubtError,
    IssuerRegistration,
    NeverStamped,
    NotFetched,
    PacProvider,
    Receiver,
    ReceiverCheck,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
    TransientError,
    exact_json,
    read_timbre,
)

from . import answers, cancelling
from .config import FacturamaConfig
from .model import invoice
from .refusal import ALREADY, refusal
from .search import Sale, row_of_uuid, rows_of_sale

_TOO_MANY = frozenset({429})
_JSON = {"content-type": "application/json"}
_NOT_CARRIED = "facturama"
_ESTADOS = {"vigente": "Vigente", "cancelado": "Cancelado", "no encontrado": "No Encontrado"}


class Facturama(PacProvider[FacturamaConfig]):
    """Makes, seals and stamps from JSON; the same JSON twice is two invoices, so nothing is ever sent again."""

    name = "facturama"
    # `status` works, but each call costs a folio: SAT's own service is free.
    capabilities: ClassVar[Capabilities] = Capabilities(
        seals=True, needs_csd=True, cancels_with="kept_csd", confidence="from public clients"
    )

    waivers: ClassVar[Mapping[str, str]] = {
        "optional_writes_are_sent_once_and_in_doubt_when_lost": "Facturama answers with an empty body if it took a CSD"
    }

    def client(self) -> Client:
        config = self.config
        return Client(
            base_url=config.address,
            auth=Basic(config.user, config.password),
            headers={"user-agent": config.user},
            timeout_s=config.timeout_s,
            turns_away=_TOO_MANY,
        )

    def check(self, http: Http) -> str:
        plan = answers.read(answers.Plan, http.get("/SuscriptionPlan"))
        until = f" until {plan.until}" if plan.until else ""
        return f"Facturama {self.config.api}: plan {plan.plan or '?'}, {plan.folios} folios left{until}"

    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        self._is_of_this_account(request)
        try:
            body = invoice(request.xml, key=request.key, names_issuer=self.config.api == "multiemisor")
        except DataError as error:
            return Rejected(_NOT_CARRIED, str(error))
        answer = http.post_once(self.config.paths.create, exact_json(body), _JSON)
        if not answer.ok:
            return self._refused(http, request, refusal(answer))
        created = answers.read(answers.Created, answer.json())
        return self._made(http, created.id, created.complement.tax_stamp.uuid)

    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        found = rows_of_sale(http, self.config.paths.kind, Sale.of(request.xml))
        active = [row for row in found if not row.cancelled]
        if not found:
            return NeverStamped(proven=False)
        if len(active) != 1:
            uuids = ", ".join(row.uuid or row.id for row in active or found)
            what = "several invoices of this sale" if active else "an invoice of this sale that was cancelled"
            return StillUnknown(f"Facturama has {what}: {uuids}; a person must decide in its panel")
        row = active[0]
        if not row.uuid:
            return StillUnknown("Facturama lists the invoice without a UUID so far")
        return self._made(http, row.id, row.uuid)

    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        row = row_of_uuid(http, self.config.paths.kind, request.cfdi)
        if row is None:
            raise TransientError(f"Facturama does not list {request.cfdi.uuid}; nothing was cancelled")
        return cancelling.cancel(http, self.config.paths, request, quote(row.id, safe=""))

    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:
        """What SAT says; costs one folio a call."""
        params = {
            "uuid": cfdi.uuid,
            "issuerRfc": cfdi.rfc_emisor,
            "receiverRfc": cfdi.rfc_receptor,
            "total": f"{cfdi.total:f}",
        }
        said = answers.read(answers.SatStatus, http.get("/cfdi/status", params))
        match _ESTADOS.get(said.status.strip().lower()):
            case "Vigente" | "Cancelado" | "No Encontrado" as estado:
                return CfdiStatus(estado, said.is_cancelable or "")
        raise InDoubtError("Facturama answers a status that SAT does not have")

    def fetch(self, http: Http, cfdi: CfdiReference) -> Fetched | NotFetched:
        row = row_of_uuid(http, self.config.paths.kind, cfdi)
        if row is None:
            return NotFetched("Facturama does not list it", again_later=True)
        xml = self._xml(http, row.id)
        if not xml:
            return NotFetched("Facturama has no XML of it yet", again_later=True)
        is_it = read_timbre(xml).uuid.upper() == cfdi.uuid.upper()
        return Fetched(xml) if is_it else NotFetched("Facturama shows the XML of another")

    def balance(self, http: Http) -> Balance:
        plan = answers.read(answers.Plan, http.get("/SuscriptionPlan"))
        return Balance(plan.folios, plan.until)

    def check_receiver(self, http: Http, receiver: Receiver) -> ReceiverCheck:
        asked = {
            "Rfc": receiver.rfc,
            "Name": receiver.nombre,
            "ZipCode": receiver.codigo_postal,
            "FiscalRegime": receiver.regimen_fiscal,
        }
        said = answers.read(answers.Verdict, http.query("/api/customers/validate", asked))
        if not said.exists:
            return ReceiverCheck("differs", "rfc", "SAT does not know this RFC")
        if receiver.nombre and said.nombre is False:
            return ReceiverCheck("differs", "nombre", "SAT has another name for this RFC")
        if receiver.codigo_postal and said.codigo_postal is False:
            return ReceiverCheck("differs", "codigo_postal", "SAT has another postal code for this RFC")
        if receiver.regimen_fiscal and said.regimen_fiscal is False:
            return ReceiverCheck("differs", "regimen_fiscal", "SAT has another régimen for this RFC")
        return ReceiverCheck("matches")

    def register_issuer(self, http: Http, issuer: IssuerRegistration) -> str:
        if not issuer.certificate or not issuer.private_key:
            raise ConfigError(
                "Facturama seals with the issuer's CSD", hint="give it the .cer, the .key and its password"
            )
        csd = {
            "Rfc": issuer.rfc,
            "Certificate": base64.b64encode(issuer.certificate).decode(),
            "PrivateKey": base64.b64encode(issuer.private_key).decode(),
            "PrivateKeyPassword": issuer.password.get_secret_value(),
        }
        if self.config.api == "web":
            answer = http.write_once("PUT", "/TaxEntity/UploadCsd", content=exact_json(csd), headers=_JSON)
        elif self._has_csd(http, issuer.rfc):
            path = f"/api-lite/csds/{quote(issuer.rfc, safe='')}"
            answer = http.write_once("PUT", path, content=exact_json(csd), headers=_JSON)
        else:
            answer = http.post_once("/api-lite/csds", exact_json(csd), _JSON)
        if not answer.ok:
            refused = refusal(answer)
            raise ConfigError(
                f"Facturama does not take the CSD: {refused.message}", hint="check the files and password"
            )
        if answer.content.strip():
            answer.json()
        return f"Facturama has the CSD of {issuer.rfc}"

    def _has_csd(self, http: Http, rfc: str) -> bool:
        kept = answers.read_all(answers.Csd, http.get("/api-lite/csds"))
        return any(csd.rfc.upper() == rfc.upper() for csd in kept)

    def _is_of_this_account(self, request: StampRequest) -> None:
        if self.config.rfc and self.config.rfc != request.rfc_emisor:
            hint = "use api: multiemisor, or an account of each issuer"
            raise ConfigError(f"this Facturama account issues for {self.config.rfc} alone", hint=hint)

    def _refused(self, http: Http, request: StampRequest, said: Rejected) -> Stamped | Rejected:
        if said.code != ALREADY:
            return said
        try:
            found = self.recover(http, request)
        except HubError as error:
            raise InDoubtError(f"Facturama has this invoice already and cannot be asked for it: {error}") from error
        if isinstance(found, Stamped):
            return found
        raise InDoubtError(f"Facturama says that it has this invoice already, and does not show it: {said.message}")

    def _made(self, http: Http, identifier: str, uuid: str) -> Stamped:
        """The invoice exists, so whatever goes wrong from here on is a doubt."""
        try:
            xml = self._xml(http, identifier)
        except (ConfigError, TransientError) as error:
            raise InDoubtError(f"Facturama made {uuid} and does not show its XML: {error}") from error
        if not xml or read_timbre(xml).uuid.upper() != uuid.upper():
            raise InDoubtError(f"Facturama made {uuid} and shows no XML of it")
        return Stamped(uuid, xml)

    def _xml(self, http: Http, identifier: str) -> bytes:
        body = http.find(f"/cfdi/xml/{self.config.paths.kind}/{quote(identifier, safe='')}")
        return b"" if body is None else answers.decoded(answers.read(answers.Download, body).content)
