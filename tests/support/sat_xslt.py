"""SAT's own cadena original: the official XSLT applied to the XML."""

from functools import cache

from lxml import etree

from hub.sat.catalogs import schemas_directory

_CADENA = "www.sat.gob.mx/sitio_internet/cfd/4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt"


@cache
def _transform() -> etree.XSLT:
    return etree.XSLT(etree.parse(schemas_directory() / _CADENA))


def sat_cadena(xml: bytes) -> str:
    return str(_transform()(etree.fromstring(xml)))
