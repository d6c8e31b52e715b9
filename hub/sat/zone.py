"""The legal time zone of a código postal: Fecha is local time of LugarExpedicion (CFDI40101, PAC code 401)."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from hub.sat import catalogs
from hub.sat.edition import Edition
from hub.sat.today import today

_ZONES = {
    "Tiempo del Centro": ZoneInfo("America/Mexico_City"),
    "Tiempo del Centro en Frontera": ZoneInfo("America/Matamoros"),
    "Tiempo del Noroeste": ZoneInfo("America/Tijuana"),
    "Tiempo del Pacífico": ZoneInfo("America/Hermosillo"),
    "Tiempo del Sureste": ZoneInfo("America/Cancun"),
}
# SAT lists Chihuahua's border under central time, the law puts Juárez under mountain time. The clock that is behind
# is never in the future of the other, so no PAC refuses it.
_CHIHUAHUA_BORDER = ZoneInfo("America/Ciudad_Juarez")
MEXICO_CITY = _ZONES["Tiempo del Centro"]


def zone_of(codigo_postal: str) -> ZoneInfo:
    """Zone of a CP of c_CodigoPostal; raises LookupError for a CP that SAT does not list (CFDI40126)."""
    return _zone(codigo_postal, catalogs.edition(), today().iso)


@lru_cache(1024)
def _zone(codigo_postal: str, _edition: Edition, _day: str) -> ZoneInfo:
    """The edition and the day are what a CP's zone may change with."""
    row = catalogs.codigo_postal(codigo_postal)
    if row is None:
        raise LookupError(f"c_CodigoPostal does not list {codigo_postal!r}; use the nearest CP it does list")
    if row.estado == "CHH" and row.huso_horario == "Tiempo del Centro en Frontera":
        return _CHIHUAHUA_BORDER
    if row.huso_horario not in _ZONES:
        raise LookupError(f"c_CodigoPostal gives {codigo_postal!r} an unknown time zone: {row.huso_horario!r}")
    return _ZONES[row.huso_horario]
