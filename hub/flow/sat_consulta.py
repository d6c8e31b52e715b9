"""The way to SAT's ConsultaCFDI."""

from hub.config import Settings
from hub.plugin import CfdiReference, Client, ConfigError, DataError, Http, HubError, TransientError, parse_xml
from hub.sat import consulta

from .network import guarded


class SatConsulta:
    """A way to SAT's service."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @classmethod
    def of(cls, settings: Settings) -> "SatConsulta | None":
        """The one that the configuration names; in production SAT's own if it names none."""
        own = consulta.PRODUCTION_URL if settings.environment == "production" else ""
        url = settings.sat.status_url or own
        return cls(Http.of(guarded(Client(url), settings.network.private_addresses))) if url else None

    def ask(self, cfdi: CfdiReference) -> consulta.Respuesta:
        """SAT's answer.

        Raises:
            TransientError: SAT does not answer, or nothing that can be understood.
            ConfigError: there is no such service at the address.
            DataError: SAT cannot read the question (601).
        """
        asked = consulta.Consulta(cfdi.uuid, cfdi.rfc_emisor, cfdi.rfc_receptor, cfdi.total, cfdi.sello)
        found = self._http.read("POST", "", content=consulta.question(asked), headers=consulta.HEADERS)
        if found.status in {401, 403, 404, 405}:
            raise ConfigError(f"ConsultaCFDI: HTTP {found.status}", hint="correct sat.status_url")
        if not found.ok:
            raise TransientError(f"ConsultaCFDI: HTTP {found.status}")
        try:
            return consulta.answer(parse_xml(found.content))
        except consulta.ExpressionRefusedError as error:
            raise DataError(str(error), hint="UUID, RFCs and total must be those of the CFDI") from error
        except (consulta.UnknownWordError, HubError) as error:
            raise TransientError(f"ConsultaCFDI answers what cannot be understood: {error}") from error

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()
