"""Facturapi as the hub sees it."""

from typing import ClassVar
from urllib.parse import quote

from hub.plugin import (
    Bearer,
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
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
    TransientError,
    exact_json,
    read_timbre,
)

from . import answers, cancelling, organization
from .answers import Invoice
from .config import FacturapiConfig
from .model import invoice
from .refusal import ALREADY, refusal

_JSON = {"content-type": "application/json"}
_NOT_CARRIED = "facturapi"
_VALID = "valid"
_WHY_NOT = {
    "pending": "Facturapi itself asks its PAC for up to 50 minutes",
    "failed": "Facturapi gave it up; a person must make sure at SAT that there is no CFDI of it",
    "canceled": "it was cancelled; a person must decide",
    "draft": "it is a draft",
}


class Facturapi(PacProvider[FacturapiConfig]):
    """Makes, seals and stamps from JSON, once for each idempotency key."""

    name = "facturapi"
    capabilities: ClassVar[Capabilities] = Capabilities(
        resend_is_safe=True,
        seals=True,
        needs_csd=True,
        cancels_with="kept_csd",
        tells_status=True,
        confidence="from public clients",
    )

    def client(self) -> Client:
        return Client(base_url=self.config.url, auth=Bearer(self.config.secret_key), timeout_s=self.config.timeout_s)

    def check(self, http: Http) -> str:
        found = answers.read(answers.Organization, http.get("organizations/me"))
        if found.legal.tax_id and found.legal.tax_id.upper() != self.config.rfc.upper():
            raise ConfigError("the key belongs to an organization of another RFC", hint="correct rfc: or secret_key:")
        left = ", ".join(step.type for step in found.pending_steps)
        if self.config.environment == "production" and found.is_production_ready is False:
            raise ConfigError(f"Facturapi: the organization is not ready: {left}", hint="finish it in the dashboard")
        return f"Facturapi ({self.config.environment}): {found.legal.legal_name or self.config.rfc}"

    def stamp(self, http: Http, request: StampRequest) -> Stamped | Rejected:
        if request.rfc_emisor != self.config.rfc:
            hint = "an organization of Facturapi is one issuer: give each its own PAC"
            raise ConfigError(f"this Facturapi organization issues for {self.config.rfc} alone", hint=hint)
        try:
            body = invoice(request.xml, key=request.key, zone=self.config.zone, rounds=self.config.rounds)
        except DataError as error:
            return Rejected(_NOT_CARRIED, str(error))
        answer = http.post_once("invoices", exact_json(body), _JSON)
        if answer.ok:
            return self._made(http, request, answers.read(Invoice, answer.json()))
        said = refusal(answers.refused(answer))
        return self._earlier(http, request, said) if said.code == ALREADY else said

    def recover(self, http: Http, request: StampRequest) -> Stamped | NeverStamped | StillUnknown:
        page = answers.read(answers.Page, http.get("invoices", {"external_id": request.key, "limit": "100"}))
        found = [one for one in page.data if one.external_id == request.key]
        valid = [one for one in found if one.status == _VALID and one.uuid]
        if len(valid) == 1:
            return self._made(http, request, valid[0])
        if not found:
            return NeverStamped(proven=False)
        if valid:
            uuids = ", ".join(str(one.uuid) for one in valid)
            return StillUnknown(f"Facturapi has several invoices of this sale: {uuids}; a person must decide")
        return StillUnknown(f"Facturapi has the invoice: {_why_not(found[0])}")

    def cancel(self, http: Http, request: CancelRequest) -> CancelReceived | CancelRefused:
        known = self._of_uuid(http, request.cfdi)
        if known is None:
            raise TransientError(f"Facturapi does not list {request.cfdi.uuid}; nothing was cancelled")
        params: dict[str, str] = {"motive": request.motivo}
        if request.folio_sustitucion:
            params["substitution"] = request.folio_sustitucion
        answer = http.write_once("DELETE", f"invoices/{quote(known.id, safe='')}", params=params)
        if answer.ok:
            return cancelling.taken(answers.read(Invoice, answer.json()))
        return cancelling.refused(answers.refused(answer))

    def status(self, http: Http, cfdi: CfdiReference) -> CfdiStatus:
        """SAT's words as of now: Facturapi is made to ask."""
        known = self._of_uuid(http, cfdi)
        if known is None:
            raise TransientError(f"Facturapi does not list {cfdi.uuid}")
        answer = http.read("PUT", f"invoices/{quote(known.id, safe='')}/status")
        if not answer.ok:
            raise TransientError(f"Facturapi does not get SAT's answer: HTTP {answer.status}")
        return cancelling.status_of(answers.read(Invoice, answer.json()))

    def fetch(self, http: Http, cfdi: CfdiReference) -> Fetched | NotFetched:
        known = self._of_uuid(http, cfdi)
        if known is None:
            return NotFetched("Facturapi does not list it", again_later=True)
        xml = self._xml(http, known.id)
        is_it = read_timbre(xml).uuid.upper() == cfdi.uuid.upper()
        return Fetched(xml) if is_it else NotFetched("Facturapi shows the XML of another")

    def register_issuer(self, http: Http, issuer: IssuerRegistration) -> str:
        return organization.upload_csd(http, self.config, issuer)

    def _of_uuid(self, http: Http, cfdi: CfdiReference) -> Invoice | None:
        page = answers.read(answers.Page, http.get("invoices", {"uuid": cfdi.uuid}))
        return next((one for one in page.data if (one.uuid or "").upper() == cfdi.uuid.upper()), None)

    def _earlier(self, http: Http, request: StampRequest, said: Rejected) -> Stamped:
        try:
            found = self.recover(http, request)
        except HubError as error:
            raise InDoubtError(
                f"Facturapi has this key already and cannot be asked for its invoice: {error}"
            ) from error
        if isinstance(found, Stamped):
            return found
        why = found.reason if isinstance(found, StillUnknown) else "it does not list the invoice"
        raise InDoubtError(f"Facturapi has this key already ({said.message}); {why}")

    def _made(self, http: Http, request: StampRequest, made: Invoice) -> Stamped:
        """There is an invoice, so whatever goes wrong from here on is a doubt."""
        if made.status != _VALID or not made.uuid or made.external_id not in {None, request.key}:
            raise InDoubtError(f"Facturapi has the invoice: {_why_not(made)}")
        try:
            xml = self._xml(http, made.id)
        except (ConfigError, TransientError) as error:
            raise InDoubtError(f"Facturapi made {made.uuid} and does not show its XML: {error}") from error
        if read_timbre(xml).uuid.upper() != made.uuid.upper():
            raise InDoubtError(f"Facturapi made {made.uuid} and shows the XML of another")
        return Stamped(made.uuid, xml)

    def _xml(self, http: Http, identifier: str) -> bytes:
        answer = http.read("GET", f"invoices/{quote(identifier, safe='')}/xml")
        if answer.status in {401, 403}:
            raise ConfigError(f"Facturapi does not let its XML be read: HTTP {answer.status}")
        if not answer.ok:
            raise TransientError(f"Facturapi does not show the XML: HTTP {answer.status}")
        return answer.content


def _why_not(known: Invoice) -> str:
    return _WHY_NOT.get(known.status, "its state is not one that says what became of it")
