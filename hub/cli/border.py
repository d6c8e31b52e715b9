"""IVA at 8 % belongs to the border regions: does the issuer's postcode lie in one?"""

from collections.abc import Iterator
from datetime import date

from hub.config import IssuerSettings
from hub.plugin import Tax
from hub.sat.tasas import IVA_FRONTERIZO, estimulo_fronterizo

from .proved import Finding


def charges_border_rate(issuer: IssuerSettings) -> bool:
    """Whether the configuration gives any product IVA at 8 %."""
    return any((tax.tax, tax.rate, tax.withheld) == ("IVA", IVA_FRONTERIZO, False) for tax in _taxes(issuer))


def border_finding(issuer: IssuerSettings, day: date) -> Finding:
    """Whether the 8 % may be charged where the issuer is; only its tax advisor knows if it is registered for it."""
    postcode = issuer.codigo_postal
    incentive = estimulo_fronterizo(postcode, day)
    if incentive is None:
        hint = "take iva 0.16, or the codigo_postal of the branch in the region"
        return Finding(False, f"products have IVA 8 %, but SAT marks {postcode} as no border region", hint)
    says = f"IVA 8 %: SAT marks {postcode} as border region {incentive.frontera}"
    if incentive.confirmed:
        return Finding(True, says)
    hint = "the decree is known until sat.border_incentive_until only: ask your tax advisor, then set that day"
    return Finding(True, says, hint)


def _taxes(issuer: IssuerSettings) -> Iterator[Tax]:
    for product in (issuer.product, *issuer.products):
        yield from product.tax_list() or ()
