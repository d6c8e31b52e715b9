"""SAT's own service, and what its rules leave open."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from hub.sat.assumptions import VACATIONS, Assumptions, ResicoCancels, Vacation

from .section import Section, refused
from .values import WebAddress


class VacationSettings(Section):
    """One general vacation period of SAT (RMF 2.1.6): no term runs in it."""

    first: date = Field(description="first day")
    last: date = Field(description="last day")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.first <= self.last:
            raise refused("ends before it begins", "first and last are both days of the vacation")
        return self


class SatSettings(Section):
    """SAT's own service, and what its rules leave open. See docs/operate/sat-rules.md."""

    status_url: WebAddress | Literal[""] = Field(
        default="",
        description="address of SAT's ConsultaCFDI; empty: SAT's own in production, in a test the PAC is asked instead",
        examples=["https://consultaqr.facturaelectronica.sat.gob.mx/ConsultaCFDIService.svc"],
    )
    vacations: tuple[VacationSettings, ...] = Field(
        default=(),
        description="SAT's general vacations as published; they replace the hub's own of the years in which they begin",
        examples=[[{"first": "2026-12-21", "last": "2027-01-05"}]],
    )
    border_incentive_until: date = Field(
        default=Assumptions().border_incentive_until,
        description="last day for which the decrees of the border region (IVA 8 %) are known to be in force",
        examples=["2026-12-31"],
    )
    resico_cancels: ResicoCancels | None = Field(
        default=None,
        description="until when a person in RESICO cancels: own_year or following_april; left out: own_year, as the "
        "careful answer",
        examples=["own_year"],
    )

    def assumptions(self) -> Assumptions:
        """The same for `hub.sat`; what is set here counts as confirmed."""
        mine = tuple(Vacation(one.first, one.last, "RMF 2.1.6", confirmed=True) for one in self.vacations)
        years = {one.first.year for one in mine}
        kept = tuple(one for one in VACATIONS if one.first.year not in years)
        return Assumptions(kept + mine, self.border_incentive_until, self.resico_cancels)
