"""The taxes of a line sorted by their part in the arithmetic: IEPS first, IVA on top of it, then retentions."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from hub.cfdi.document import Retencion, Traslado, record
from hub.cfdi.limits import at_most, half_up, tax_fits
from hub.cfdi.sold import IEPS, ISR, IVA, TaxRate
from hub.cfdi.unsolvable import TaxRuleError

_ZERO, _ONE = Decimal(0), Decimal(1)
_SIX = Decimal("0.000001")
_SAY_02 = "take the taxes off the line, or give ObjetoImp 02"
# Two thirds of IVA (RLIVA 3): the catalog's six decimals are a rounding of the law's fraction.
_LAW = {Decimal("0.106667"): Decimal("0.16") * 2 / 3, Decimal("0.053333"): Decimal("0.08") * 2 / 3}


class Taxed(NamedTuple):
    """The base of a line's taxes (importe - descuento) with its taxes: IEPS by Tasa, IEPS by Cuota, IVA."""

    base: Decimal
    ieps: Decimal
    cuota: Decimal
    iva: Decimal


@dataclass(frozen=True, slots=True)
class TaxPlan:
    """The taxes of one line. `factor` is gross / base of the transferred Tasa rates; `rates` are those above 0 %.

    `ieps` depends on money (Tasa or Exento), `cuota` is the IEPS that depends on litres and the like; tobacco has both
    (LIEPS 2 I C). `tasa_ieps` and `tasa_iva` are factors of the base: 0 for none and Exento. `iva_alone` is impuesto,
    factor and rate of an IVA above 0 % without any other tax.
    """

    ieps: TaxRate | None
    cuota: TaxRate | None
    iva: TaxRate | None
    retenciones: tuple[TaxRate, ...]
    tasa_ieps: Decimal
    tasa_iva: Decimal
    factor: Decimal
    rates: frozenset[tuple[str, Decimal]]
    objeto_imp: str
    is_taxed: bool
    iva_alone: tuple[str, str, Decimal] | None

    def traslados(self, taxed: Taxed, quantity: Decimal) -> tuple[Traslado, ...]:
        """The rows of the Concepto; IVA is levied on the base with the IEPS in it (LIVA 12)."""
        base, ieps, cuota, iva = taxed
        if self.ieps is None and self.cuota is None:
            return (_traslado(self.iva, base, iva),) if self.iva else ()
        rows = [] if self.ieps is None else [_traslado(self.ieps, base, ieps)]
        if self.cuota is not None:
            rows.append(_traslado(self.cuota, cuota_base(self.cuota, quantity), cuota))
        if self.iva is not None:
            rows.append(_traslado(self.iva, base + ieps + cuota, iva))
        return tuple(rows)

    def withheld(self, base: Decimal, quantity: Decimal, quantum: Decimal) -> tuple[Retencion, ...]:
        """The retentions on `base`, or on litres and the like, in whole cents."""
        return tuple(
            [
                _retencion(rate, cuota_base(rate, quantity) if rate.tipo_factor == "Cuota" else base, quantum)
                for rate in self.retenciones
            ]
        )


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
    ieps = _only(rate for rate in rates if _is_ieps(rate) and rate.tipo_factor != "Cuota")
    cuota = _only(rate for rate in rates if _is_ieps(rate) and rate.tipo_factor == "Cuota")
    iva = _only(rate for rate in rates if not rate.retencion and rate.impuesto == IVA)
    objeto = objeto_imp or ("02" if rates else "01")
    _check_objeto_imp(objeto, rates)
    return TaxPlan(
        ieps=ieps,
        cuota=cuota,
        iva=iva,
        retenciones=tuple(rate for rate in rates if rate.retencion),
        tasa_ieps=tasa(ieps),
        tasa_iva=tasa(iva),
        factor=(_ONE + tasa(ieps)) * (_ONE + tasa(iva)),
        rates=frozenset((r.impuesto, r.tasa_o_cuota) for r in (ieps, cuota, iva) if r and r.tasa_o_cuota),
        objeto_imp=objeto,
        is_taxed=bool(rates),
        iva_alone=_alone(iva, rates),
    )


def _alone(iva: TaxRate | None, rates: list[TaxRate]) -> tuple[str, str, Decimal] | None:
    return (iva.impuesto, iva.tipo_factor, tasa(iva)) if iva and tasa(iva) and len(rates) == 1 else None


def _checked(rate: TaxRate) -> TaxRate:
    impuesto, factor, nominal, retencion, levied_on = rate
    exempt = factor == "Exento"
    if impuesto == ISR and not retencion:
        raise TaxRuleError("CFDI40175", "ISR is withheld, never transferred", "mark the ISR as withheld")
    if impuesto not in (ISR, IVA, IEPS):
        code = "CFDI40182" if retencion else "CFDI40175"
        raise TaxRuleError(code, f"there is no tax {impuesto!r}", "give 001 ISR, 002 IVA or 003 IEPS")
    if factor not in ("Tasa", "Cuota", "Exento"):
        code = "CFDI40183" if retencion else "CFDI40176"
        raise TaxRuleError(code, f"there is no factor {factor!r}", "give Tasa, Cuota or Exento")
    if exempt and retencion:
        raise TaxRuleError("CFDI40184", "a retention cannot be Exento", "leave the retention out")
    if exempt and nominal is not None:
        raise TaxRuleError("CFDI40177", f"Exento has no rate, not even {nominal}", "leave the rate out, or give a Tasa")
    if nominal is None and not exempt:
        raise TaxRuleError("CFDI40178", f"{factor} needs a rate", "give the rate, such as 0.16")
    if nominal is None:
        return rate
    if nominal < 0 or (factor == "Cuota" and impuesto != IEPS):
        code = "CFDI40185" if retencion else "CFDI40179"
        raise TaxRuleError(code, f"{nominal} is no {factor} of {impuesto}", "give a rate of c_TasaOCuota")
    if levied_on is not None and (levied_on := at_most(levied_on, _SIX)) <= 0:
        raise TaxRuleError(
            "CFDI40174", f"the IEPS is levied on {levied_on}", "give the litres, grams or pieces sold, above zero"
        )
    return TaxRate(impuesto, factor, half_up(nominal, _SIX), retencion, levied_on)


def _is_ieps(rate: TaxRate) -> bool:
    return rate.impuesto == IEPS and not rate.retencion


def _only(rates: Iterable[TaxRate]) -> TaxRate | None:
    found = tuple(rates)
    if len(found) > 1:
        raise TaxRuleError("CFDI40218", f"two rates of the tax {found[0].impuesto} on one line", "sell it as two lines")
    return found[0] if found else None


def _check_objeto_imp(objeto: str, rates: list[TaxRate]) -> None:
    transferred = {rate.impuesto for rate in rates if not rate.retencion}
    taxes = {rate.impuesto for rate in rates}
    if objeto in ("01", "03", "04", "05") and rates:
        raise TaxRuleError("CFDI40172", f"ObjetoImp {objeto} carries no taxes, but the line has some", _SAY_02)
    if objeto == "02" and not rates:
        raise TaxRuleError(
            "CFDI40171", "ObjetoImp 02 needs a tax", "give its tax, 0 % and Exento count, or ObjetoImp 01"
        )
    if objeto in ("06", "08") and not taxes <= {ISR}:
        raise TaxRuleError("CFDI140226", f"ObjetoImp {objeto} has neither IVA nor IEPS, ISR may be withheld", _SAY_02)
    if objeto == "07" and (transferred != {IEPS} or IVA in taxes):
        raise TaxRuleError("CFDI140227", "ObjetoImp 07 transfers IEPS and has no IVA", _SAY_02)


def _traslado(rate: TaxRate, base: Decimal, importe: Decimal) -> Traslado:
    impuesto, tipo_factor, nominal, _, _ = rate  # Exento has no rate, and no importe in the CFDI
    return record(Traslado, (base, impuesto, tipo_factor, nominal, None if nominal is None else importe))


def _retencion(rate: TaxRate, base: Decimal, quantum: Decimal) -> Retencion:
    nominal = rate.tasa_o_cuota or _ZERO
    importe = half_up(base * _LAW.get(nominal, nominal), quantum)
    if not tax_fits(base, nominal, importe):
        importe = half_up(base * nominal, quantum)
    return Retencion(base, rate.impuesto, rate.tipo_factor, nominal, importe)
