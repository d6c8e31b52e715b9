"""The taxes of a line sorted by their part in the arithmetic: IEPS first, IVA on top of it, then retentions."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from hub.cfdi.document import Retencion, Traslado
from hub.cfdi.limits import half_up, tax_fits
from hub.cfdi.sold import IEPS, ISR, IVA, TaxRate

_ZERO, _ONE = Decimal(0), Decimal(1)
_SIX = Decimal("0.000001")
# Two thirds of IVA (RLIVA 3): the catalog's six decimals are a rounding of the law's fraction.
_LAW = {Decimal("0.106667"): Decimal("0.16") * 2 / 3, Decimal("0.053333"): Decimal("0.08") * 2 / 3}


class TaxRuleError(ValueError):
    """The taxes of a line contradict each other; `code` is SAT's rule."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class TaxPlan:
    """The taxes of one line. `factor` is gross / base of the transferred Tasa rates; `rates` are those above 0 %.

    `tasa_ieps` and `tasa_iva` are factors of the base: 0 for none, Exento and Cuota. With `has_cuota` the IEPS depends
    on litres and the like, not on money.
    """

    ieps: TaxRate | None
    iva: TaxRate | None
    retenciones: tuple[TaxRate, ...]
    tasa_ieps: Decimal
    tasa_iva: Decimal
    factor: Decimal
    rates: frozenset[tuple[str, Decimal]]
    objeto_imp: str
    is_taxed: bool
    has_cuota: bool

    def traslados(self, base: Decimal, ieps: Decimal, iva: Decimal, quantity: Decimal) -> tuple[Traslado, ...]:
        """The rows of the Concepto; IVA is levied on the base with the IEPS in it (LIVA 12)."""
        if self.ieps is None:
            return () if self.iva is None else (_traslado(self.iva, base, iva),)
        levied_on = cuota_base(self.ieps, quantity) if self.has_cuota else base
        row = _traslado(self.ieps, levied_on, ieps)
        return (row,) if self.iva is None else (row, _traslado(self.iva, base + ieps, iva))

    def withheld(self, base: Decimal, quantum: Decimal) -> tuple[Retencion, ...]:
        """The retentions on `base`, in whole cents."""
        return tuple([_retencion(rate, base, quantum) for rate in self.retenciones])


def cuota_base(rate: TaxRate, quantity: Decimal) -> Decimal:
    """What an IEPS Cuota is multiplied with: litres and the like, not money."""
    return quantity if rate.cuota_base is None else rate.cuota_base


def tasa(rate: TaxRate | None) -> Decimal:
    """The rate as a factor of the base: 0 for none, Exento and Cuota."""
    return rate.tasa_o_cuota if rate and rate.tipo_factor == "Tasa" and rate.tasa_o_cuota else _ZERO


@lru_cache(1024)
def tax_plan(taxes: tuple[TaxRate, ...], objeto_imp: str | None) -> TaxPlan:
    """Sorts the taxes of a line; raises TaxRuleError naming the rule they break."""
    rates = [_checked(rate) for rate in taxes]
    ieps = _only(rate for rate in rates if not rate.retencion and rate.impuesto == IEPS)
    iva = _only(rate for rate in rates if not rate.retencion and rate.impuesto == IVA)
    objeto = objeto_imp or ("02" if rates else "01")
    _check_objeto_imp(objeto, rates)
    return TaxPlan(
        ieps=ieps,
        iva=iva,
        retenciones=tuple(rate for rate in rates if rate.retencion),
        tasa_ieps=tasa(ieps),
        tasa_iva=tasa(iva),
        factor=(_ONE + tasa(ieps)) * (_ONE + tasa(iva)),
        rates=frozenset((r.impuesto, r.tasa_o_cuota) for r in (ieps, iva) if r and r.tasa_o_cuota),
        objeto_imp=objeto,
        is_taxed=bool(rates),
        has_cuota=ieps is not None and ieps.tipo_factor == "Cuota",
    )


def _checked(rate: TaxRate) -> TaxRate:
    exempt = rate.tipo_factor == "Exento"
    if rate.impuesto == ISR and not rate.retencion:
        raise TaxRuleError("CFDI40175", "ISR is withheld, never transferred: set retencion=True")
    if exempt and rate.retencion:
        raise TaxRuleError("CFDI40184", "a retention cannot be Exento")
    if exempt != (rate.tasa_o_cuota is None):
        raise TaxRuleError("CFDI40177", "Exento has no rate; Tasa and Cuota need one")
    if rate.tasa_o_cuota is None:
        return rate
    six = half_up(rate.tasa_o_cuota, _SIX)
    return TaxRate(rate.impuesto, rate.tipo_factor, six, rate.retencion, rate.cuota_base)


def _only(rates: Iterable[TaxRate]) -> TaxRate | None:
    found = tuple(rates)
    if len(found) > 1:
        raise TaxRuleError("CFDI40218", f"two rates of the tax {found[0].impuesto} on one line; sell them as two lines")
    return found[0] if found else None


def _check_objeto_imp(objeto: str, rates: list[TaxRate]) -> None:
    transferred = {rate.impuesto for rate in rates if not rate.retencion}
    if objeto in ("01", "03", "04", "05") and rates:
        raise TaxRuleError("CFDI40172", f"ObjetoImp {objeto} carries no taxes, but the line has some")
    if objeto == "02" and not rates:
        raise TaxRuleError("CFDI40171", "ObjetoImp 02 needs a tax (0 % and Exento count)")
    if objeto in ("06", "08") and transferred:
        raise TaxRuleError("CFDI140226", f"ObjetoImp {objeto} transfers neither IVA nor IEPS")
    if objeto == "07" and transferred != {IEPS}:
        raise TaxRuleError("CFDI140227", "ObjetoImp 07 transfers IEPS and no IVA")


def _traslado(rate: TaxRate, base: Decimal, importe: Decimal) -> Traslado:
    if rate.tipo_factor == "Exento":
        return Traslado(base, rate.impuesto, "Exento")
    return Traslado(base, rate.impuesto, rate.tipo_factor, rate.tasa_o_cuota, importe)


def _retencion(rate: TaxRate, base: Decimal, quantum: Decimal) -> Retencion:
    nominal = rate.tasa_o_cuota or _ZERO
    importe = half_up(base * _LAW.get(nominal, nominal), quantum)
    if not tax_fits(base, nominal, importe):
        importe = half_up(base * nominal, quantum)
    return Retencion(base, rate.impuesto, rate.tipo_factor, nominal, importe)
