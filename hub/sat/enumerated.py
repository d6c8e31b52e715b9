"""Keys that SAT's XSD enumerates, whether or not the catalogs that are in use list them.

SAT publishes every large catalog twice: as a spreadsheet with dates, from which `satcfdi` and phpcfdi make theirs, and
as an enumeration of the schema that PACs validate with. The two differ: c_ClaveProdServ of the schema has 233 keys more
(government, politics, defence, ...), and a unit is DX in one and Dx in the other. Which of them a PAC follows is not
documented, so a key that either lists may be sent: a refusal by the PAC (CFDI40162) is a clear answer, a refusal here
would leave a merchant without invoice for a product that SAT knows.
"""

from functools import cache

from hub.sat import catalogs
from hub.sat.edition import NEVER_IN_4_0

_SCHEMA = "www.sat.gob.mx/sitio_internet/cfd/catalogos/catCFDI.xsd"
_XS = "{http://www.w3.org/2001/XMLSchema}"


def may_be_sent(catalog: str, key: str) -> bool:
    """Whether a key is in force, or unknown to the catalogs and enumerated by SAT's schema; a retired one is not."""
    if catalogs.is_key(catalog, key):
        return True
    if key in NEVER_IN_4_0.get(catalog, ()) or catalogs.edition().row(catalog, key) is not None:
        return False
    return key in enumeration(catalog)


@cache
def enumeration(catalog: str) -> frozenset[str]:
    """All keys of a catalog in SAT's schema; a tenth of a second for the first time. Empty for an unknown catalog."""
    from lxml import etree

    path = catalogs.schemas_directory() / _SCHEMA
    root = etree.parse(path, etree.XMLParser(no_network=True, huge_tree=True)).getroot()
    found = root.find(f"{_XS}simpleType[@name='c_{catalog}']")
    return frozenset() if found is None else frozenset(str(e.get("value")) for e in found.iter(f"{_XS}enumeration"))
