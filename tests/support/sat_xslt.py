"""SAT's own cadena original: the official XSLT applied to the XML."""

from functools import cache

from lxml import etree

from hub.sat.catalogs import schemas_directory

_CFD = "www.sat.gob.mx/sitio_internet/cfd"
_CADENA = {
    "4.0": f"{_CFD}/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt",
    "3.3": f"{_CFD}/3/cadenaoriginal_3_3/cadenaoriginal_3_3.xslt",
}


@cache
def _transform(version: str) -> etree.XSLT:
    return etree.XSLT(etree.parse(schemas_directory() / _CADENA[version]))


def sat_cadena(xml: bytes) -> str:
    root = etree.fromstring(xml)
    return str(_transform(root.get("Version"))(root))
