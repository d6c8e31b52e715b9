"""The taxpayers this PAC knows: what SAT's lists l_RFC and LCO are to a real one."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

NACIONAL = "XAXX010101000"
EXTRANJERO = "XEXX010101000"
GENERIC = frozenset({NACIONAL, EXTRANJERO})
PUBLICO_EN_GENERAL = "PUBLICO EN GENERAL"


class Taxpayer(BaseModel):
    """A test taxpayer, as SAT would have it registered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rfc: str = Field(description="RFC, upper case", pattern="^[A-Z&Ñ]{3,4}[0-9]{6}[A-Z0-9]{2}[0-9A]$")
    nombre: str = Field(description="Name as in the Constancia, without régimen de capital")
    codigo_postal: str = Field(description="CP of the domicilio fiscal", pattern="^[0-9]{5}$")
    regimenes: tuple[str, ...] = Field(default=("601",), description="Keys of c_RegimenFiscal")
    suspended: bool = Field(default=False, description="Not in the LCO: may not issue (402)")


def _person(rfc: str, nombre: str, codigo_postal: str, *regimenes: str, suspended: bool = False) -> Taxpayer:
    return Taxpayer(rfc=rfc, nombre=nombre, codigo_postal=codigo_postal, regimenes=regimenes, suspended=suspended)


TEST_TAXPAYERS = (
    # SAT's own, from the kits that PACs hand out.
    _person("EKU9003173C9", "ESCUELA KEMPER URGATE", "42501", "601"),
    _person("URE180429TM6", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "86991", "601"),
    _person("XIA190128J61", "XENON INDUSTRIAL ARTICLES", "76343", "601"),
    _person("CACX7605101P8", "XOCHILT CASAS CHAVEZ", "36257", "605", "612"),
    _person("JES900109Q90", "JIMENEZ ESTRADA SALAS", "37161", "601"),
    # Invented: formally valid, check digit included.
    _person("CPU200101AB8", "CLIENTE DE PRUEBA UNO", "06600", "601"),
    _person("CPD190315CD5", "CLIENTE DE PRUEBA DOS", "64000", "626"),
    _person("SPÑ180720EF2", "SERVICIOS DE PRUEBA ÑANDU", "22000", "601"),
    _person("P&P170910GH6", "PRUEBAS & PRUEBAS", "44100", "601"),
    _person("CPR160505JK2", "COMERCIO DE PRUEBA", "01000", "601"),
    _person("CSP150101LM5", "CONTRIBUYENTE SUSPENDIDO DE PRUEBA", "06600", "601", suspended=True),
    _person("PEPF850101A14", "PERSONA FISICA DE PRUEBA UNO", "03100", "612"),
    _person("PEPD900215B21", "PERSONA FISICA DE PRUEBA DOS", "77500", "605"),
    _person("PEPT780630C38", "PERSONA FISICA DE PRUEBA TRES", "83000", "626"),
    _person("PEPC011231D47", "PERSONA FISICA DE PRUEBA CUATRO", "97000", "616"),
)


class Padron:
    """The test taxpayers with the operator's own; an own one replaces the built-in of the same RFC."""

    def __init__(self, own: Iterable[Taxpayer] = ()) -> None:
        self._by_rfc = {person.rfc: person for person in (*TEST_TAXPAYERS, *own)}
        self._names = frozenset(person.nombre for person in self._by_rfc.values())

    def __getitem__(self, rfc: str) -> Taxpayer | None:
        return self._by_rfc.get(rfc)

    def knows_name(self, nombre: str) -> bool:
        return nombre in self._names
