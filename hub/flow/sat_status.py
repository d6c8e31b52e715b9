"""What SAT says of a stamped CFDI now: its own ConsultaCFDI, or a PAC that hands SAT's words on."""

from hub.cfdi.read import read
from hub.plugin import CfdiReference, ConfigError, ContractError, DataError
from hub.sat import consulta
from hub.store import Cfdi

from .context import Flow


def reference_of(stamped: bytes) -> CfdiReference:
    """What identifies a stamped CFDI before SAT."""
    document = read(stamped)
    if document.timbre is None:
        raise DataError("this CFDI is not stamped")
    return CfdiReference(
        document.timbre.uuid, document.emisor.rfc, document.receptor.rfc, document.total, document.sello
    )


def status_of(flow: Flow, cfdi: Cfdi, stamped: bytes) -> consulta.Respuesta:
    """SAT's word on a CFDI of ours.

    Raises:
        ConfigError, TransientError, DataError: as `SatConsulta.ask`; ConfigError too if there is nobody to ask.
    """
    reference = reference_of(stamped)
    if flow.instances.sat is not None:
        return flow.instances.sat.ask(reference)
    pac = flow.instances.pacs.get(cfdi.pac)
    if pac is None or not pac.plugin.capabilities.tells_status:
        raise ConfigError("nobody can be asked what SAT says of it", hint="set sat.status_url")
    said = pac.plugin.status(pac.http, reference)
    try:
        return consulta.read_words(said.estado, said.es_cancelable, said.estatus_cancelacion)
    except consulta.UnknownWordError as error:
        raise ContractError(f"{cfdi.pac}: {error}") from error
