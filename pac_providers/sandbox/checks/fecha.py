"""401: Fecha lies within the last 72 hours on the clock of the LugarExpedicion."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .. import sat_files
from ..comprobante import Comprobante
from ..refusal import Refused

_ZONES = {
    "Tiempo del Centro": ZoneInfo("America/Mexico_City"),
    "Tiempo del Centro en Frontera": ZoneInfo("America/Matamoros"),
    "Tiempo del Noroeste": ZoneInfo("America/Tijuana"),
    "Tiempo del Pacífico": ZoneInfo("America/Hermosillo"),
    "Tiempo del Sureste": ZoneInfo("America/Cancun"),
}
_LONGEST = timedelta(hours=72)


def issued_at(cfdi: Comprobante) -> datetime:
    """The moment that Fecha means; a CP that SAT does not list is refused here (CFDI40126)."""
    lugar = cfdi.node["LugarExpedicion"]
    huso = sat_files.huso_horario(lugar)
    if huso is None or lugar not in sat_files.catalog("c_CodigoPostal"):
        raise Refused("CFDI40126", "El LugarExpedicion no es una clave de c_CodigoPostal.")
    return datetime.fromisoformat(cfdi.node["Fecha"]).replace(tzinfo=_ZONES[huso])


def check_fecha(fecha: datetime, now: datetime) -> None:
    if fecha > now:
        raise Refused("401", "Fecha y hora de generación fuera de rango: está en el futuro.")
    if now - fecha > _LONGEST:
        raise Refused("401", "Fecha y hora de generación fuera de rango: pasaron más de 72 horas.")
