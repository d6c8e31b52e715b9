"""How SAT classifies each line of a sale, and which taxes it carries."""

from hub.cfdi.sold import IEPS, ISR, IVA, SoldLine, TaxRate
from hub.config import IssuerSettings, ProductRule
from hub.plugin import Line, ProductCode, Sale, Tax

from .context import Flow

_IMPUESTO = {"IVA": IVA, "IEPS": IEPS, "ISR": ISR}


def sold_lines(flow: Flow, sale: Sale, issuer: str) -> list[SoldLine]:
    """The lines for the CFDI: a plugin's answer first, then the issuer's rules, the sale's own words, the default."""
    hook, settings, value = flow.instances.registry.hook, flow.issuer(issuer), flow.issuer_value(issuer)
    return [_sold(line, settings, hook.hub_product_code(line, sale, value)) for line in sale.lines]


def _sold(line: Line, issuer: IssuerSettings, told: ProductCode | None) -> SoldLine:
    rule = next((r for r in issuer.products if r.matches(line.description, line.sku)), None)
    code = told or _by_rule(rule) or _by_sale(line) or _by_default(issuer)
    taxes = _taxes(line, code.taxes, issuer)
    return SoldLine(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        total=line.total,
        clave_prod_serv=code.clave_prod_serv,
        clave_unidad=code.clave_unidad,
        taxes=tuple(_rate(tax) for tax in taxes),
        objeto_imp=line.objeto_imp,
        sku=line.sku,
        unidad=line.unit,
    )


def _by_rule(rule: ProductRule | None) -> ProductCode | None:
    return None if rule is None else ProductCode(rule.clave_prod_serv, rule.clave_unidad, rule.tax_list())


def _by_sale(line: Line) -> ProductCode | None:
    if line.clave_prod_serv is None:
        return None
    return ProductCode(line.clave_prod_serv, line.clave_unidad or "H87")


def _by_default(issuer: IssuerSettings) -> ProductCode:
    return ProductCode(issuer.product.clave_prod_serv, issuer.product.clave_unidad)


def _taxes(line: Line, ruled: tuple[Tax, ...] | None, issuer: IssuerSettings) -> tuple[Tax, ...]:
    if ruled is not None:
        return ruled
    return issuer.product.tax_list() if line.taxes is None else line.taxes


def _rate(tax: Tax) -> TaxRate:
    return TaxRate(_IMPUESTO[tax.tax], tax.factor, tax.rate, retencion=tax.withheld)
