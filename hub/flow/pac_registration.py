"""Opening an issuer at a PAC. Its CSD goes only to a PAC that cannot work without it, and if a person says so."""

from dataclasses import dataclass, replace

from hub.plugin import ConfigError, IssuerRegistration, Operation

from .context import Flow
from .pac_offers import Pac, names, offering, sent, valid_csd


@dataclass(frozen=True, slots=True)
class Registration:
    """An issuer to open at a PAC, judged and not sent yet."""

    pac: Pac
    issuer: IssuerRegistration

    @property
    def hands_over_csd(self) -> bool:
        """Whether certificate, key and password leave the hub."""
        return bool(self.issuer.private_key)


def registration(flow: Flow, issuer: str, *, pac: str = "", send_csd: bool = False) -> Registration:
    """What would be sent to open an issuer at one of its PACs, or to replace its data; nothing is sent.

    Raises:
        ConfigError: no PAC of the issuer offers it, or several do and none is named; the PAC works with the CSD
            alone and `send_csd` does not allow it, or it does without and shall not get it.
    """
    mine = offering(flow, Operation.REGISTER_ISSUER, issuer=issuer, pac=pac)
    if len(mine) > 1:
        raise ConfigError(
            f"several PACs of {issuer} open issuers: {names(mine)}", hint="name one with --pac; each has its own list"
        )
    (one,), settings, needs = mine, flow.issuer(issuer), mine[0].plugin.capabilities.needs_csd
    if needs and not send_csd:
        raise ConfigError(
            f"{one.name} seals with the CSD of {issuer}, which it would keep; nothing was sent",
            hint="whoever has certificate, key and password can invoice in its name; if you want it, add --send-csd",
        )
    if send_csd and not needs:
        raise ConfigError(
            f"{one.name} does not need the CSD of {issuer}, so it does not get it; nothing was sent",
            hint="the hub seals itself; leave --send-csd out",
        )
    asked = IssuerRegistration(settings.rfc, settings.nombre, settings.regimen_fiscal, settings.codigo_postal)
    return Registration(one, _with_csd(flow, issuer, asked) if needs else asked)


def register(flow: Flow, wanted: Registration) -> str:
    """Send it, once; what the PAC says to the operator.

    Raises:
        ConfigError, TransientError: it certainly did not happen.
        InDoubtError: it may have happened.
    """
    hint = "the PAC's panel shows it; sent again it replaces what is there"
    one = wanted.pac
    return sent(flow, one, lambda: one.plugin.register_issuer(one.http, wanted.issuer), hint=hint)


def _with_csd(flow: Flow, issuer: str, asked: IssuerRegistration) -> IssuerRegistration:
    files = flow.issuer(issuer).csd
    valid_csd(flow, issuer)
    certificate, key = files.certificate, files.private_key.get_secret_value()
    if b"-----BEGIN" in certificate or b"-----BEGIN" in key:
        raise ConfigError(f"the CSD of {issuer} is PEM, a PAC takes DER alone", hint="give SAT's own .cer and .key")
    return replace(asked, certificate=certificate, private_key=key, password=files.password)
