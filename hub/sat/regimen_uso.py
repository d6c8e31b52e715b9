"""Which régimen a person may have and which UsoCFDI goes with it (c_UsoCFDI; CFDI40158, CFDI40161).

The lists are ordered as people need them: the most common first.
"""

from dataclasses import dataclass

from hub.sat.rfc import Person

_GASTOS = ("G03", "G01", "G02")
_INVERSIONES = ("I04", "I02", "I03", "I01", "I05", "I06", "I07", "I08")
_DEDUCCIONES = ("D01", "D10", "D07", "D05", "D04", "D08", "D02", "D03", "D06", "D09")
_SIN_EFECTOS = ("S01",)
_BUSINESS = _GASTOS + _INVERSIONES + _SIN_EFECTOS
_BUSINESS_OF_PERSON = _GASTOS + _INVERSIONES + _DEDUCCIONES + _SIN_EFECTOS
_PERSONAL = _SIN_EFECTOS + _DEDUCCIONES


@dataclass(frozen=True, slots=True)
class Option:
    """A catalog key with the words a buyer chooses it by."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class _Regimen:
    label: str
    persons: frozenset[str]
    usos: tuple[str, ...]


_FISICA, _MORAL, _BOTH = frozenset({"fisica"}), frozenset({"moral"}), frozenset({"fisica", "moral"})
_REGIMENES: dict[str, _Regimen] = {
    "601": _Regimen("General de Ley Personas Morales (la mayoría de las empresas)", _MORAL, _BUSINESS),
    "605": _Regimen("Sueldos y Salarios (trabajo para un patrón)", _FISICA, _PERSONAL),
    "626": _Regimen("Régimen Simplificado de Confianza, RESICO", _BOTH, _BUSINESS),
    "612": _Regimen(
        "Actividades Empresariales y Profesionales (negocio propio u honorarios)", _FISICA, _BUSINESS_OF_PERSON
    ),
    "616": _Regimen("Sin obligaciones fiscales", _FISICA, (*_SIN_EFECTOS, "G02")),
    "606": _Regimen("Arrendamiento (rento casa, local o terreno)", _FISICA, _BUSINESS_OF_PERSON),
    "625": _Regimen("Plataformas Tecnológicas (Uber, Airbnb, Mercado Libre y similares)", _FISICA, _BUSINESS_OF_PERSON),
    "603": _Regimen("Personas Morales con Fines no Lucrativos (asociaciones, escuelas, donatarias)", _MORAL, _BUSINESS),
    "621": _Regimen("Incorporación Fiscal, RIF", _FISICA, _BUSINESS),
    "622": _Regimen("Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras", _MORAL, _BUSINESS),
    "614": _Regimen("Ingresos por intereses (ahorro e inversiones)", _FISICA, _PERSONAL),
    "611": _Regimen("Ingresos por Dividendos (socios y accionistas)", _FISICA, _PERSONAL),
    "607": _Regimen("Enajenación o Adquisición de Bienes (venta de una casa u otro bien)", _FISICA, _PERSONAL),
    "608": _Regimen("Demás ingresos", _FISICA, _PERSONAL),
    "615": _Regimen("Ingresos por premios", _FISICA, _PERSONAL),
    "610": _Regimen("Residentes en el Extranjero sin Establecimiento Permanente en México", _BOTH, _SIN_EFECTOS),
    "620": _Regimen("Sociedades Cooperativas de Producción", _MORAL, _BUSINESS),
    "623": _Regimen("Opcional para Grupos de Sociedades", _MORAL, _BUSINESS),
    "624": _Regimen("Coordinados (autotransporte)", _MORAL, _BUSINESS),
}
_USO_LABELS = {
    "G01": "Adquisición de mercancías (para revender o producir)",
    "G02": "Devoluciones, descuentos o bonificaciones",
    "G03": "Gastos en general",
    "I01": "Construcciones",
    "I02": "Mobiliario y equipo de oficina",
    "I03": "Equipo de transporte",
    "I04": "Computadoras y accesorios",
    "I05": "Dados, troqueles, moldes, matrices y herramental",
    "I06": "Comunicaciones telefónicas",
    "I07": "Comunicaciones satelitales",
    "I08": "Otra maquinaria y equipo",
    "D01": "Honorarios médicos, dentales y gastos hospitalarios",
    "D02": "Gastos médicos por incapacidad o discapacidad",
    "D03": "Gastos funerales",
    "D04": "Donativos",
    "D05": "Intereses reales de crédito hipotecario (casa habitación)",
    "D06": "Aportaciones voluntarias al SAR",
    "D07": "Primas de seguro de gastos médicos",
    "D08": "Transporte escolar obligatorio",
    "D09": "Ahorro y planes de pensiones",
    "D10": "Colegiaturas",
    "S01": "Sin efectos fiscales (no la voy a deducir)",
}


def regimenes_for(person: Person) -> tuple[Option, ...]:
    """The régimenes a persona física or moral can have, most common first."""
    return tuple(Option(key, r.label) for key, r in _REGIMENES.items() if person in r.persons)


def usos_for(regimen: str, person: Person) -> tuple[Option, ...]:
    """The usos a buyer may choose, the usual one first; empty if the régimen is not one of that kind of person.

    Leaves out CP01 (payments) and CN01 (payroll), which no buyer of an invoice chooses.
    """
    row = _REGIMENES.get(regimen)
    if row is None or person not in row.persons:
        return ()
    return tuple(Option(uso, _USO_LABELS[uso]) for uso in row.usos)


def is_regimen(regimen: str) -> bool:
    """Whether the key is in force in CFDI 4.0 (CFDI40157)."""
    return regimen in _REGIMENES


def fits_person(regimen: str, person: Person) -> bool:
    """Whether that kind of person can have the régimen (CFDI40158; for the issuer CFDI40141)."""
    row = _REGIMENES.get(regimen)
    return row is not None and person in row.persons


def allows(regimen: str, uso: str, person: Person) -> bool:
    """Whether SAT takes the uso for the régimen (CFDI40161). CP01 goes with all, CN01 with salaries only."""
    if uso == "CN01":
        return regimen == "605"
    row = _REGIMENES.get(regimen)
    return row is not None and person in row.persons and (uso == "CP01" or uso in row.usos)
