"""c_RegimenFiscal by kind of person, and c_UsoCFDI by régimen of the receptor (CFDI40141, 40158, 40161)."""

_G = {"G01", "G02", "G03"}
_I = {f"I{number:02}" for number in range(1, 9)}
_D = {f"D{number:02}" for number in range(1, 11)}
_ANY = {"S01", "CP01"}

MORAL = frozenset({"601", "603", "610", "620", "622", "623", "624", "626"})
FISICA = frozenset({"605", "606", "607", "608", "610", "611", "612", "614", "615", "616", "621", "625", "626"})

_USOS = (
    dict.fromkeys(("601", "603", "620", "621", "622", "623", "624", "626"), frozenset(_G | _I | _ANY))
    | dict.fromkeys(("606", "612", "625"), frozenset(_G | _I | _D | _ANY))
    | dict.fromkeys(("607", "608", "611", "614", "615"), frozenset(_D | _ANY))
    | {"605": frozenset(_D | _ANY | {"CN01"}), "610": frozenset(_ANY), "616": frozenset({"G02"} | _ANY)}
)


def regimen_fits(rfc: str, regimen: str) -> bool:
    """A persona moral's RFC has 12 characters."""
    return regimen in (MORAL if len(rfc) == 12 else FISICA)


def uso_fits(regimen: str, uso: str) -> bool:
    return uso in _USOS.get(regimen, frozenset())
