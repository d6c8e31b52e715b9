"""One request to the portal, as the pages need it: what was asked, what was typed, who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl, quote

from starlette.exceptions import HTTPException
from starlette.requests import Request

from hub.plugin.storable import fit

MAX_BODY_BYTES = 64 * 1024
MAX_VALUE_CHARS = 4000


@dataclass(frozen=True)
class Visit:
    """A request whose form has been read. `form` holds the last value of each field, trimmed."""

    request: Request
    form: Mapping[str, str]

    @property
    def token(self) -> str:
        return fit(str(self.request.path_params["token"]))

    @property
    def issuer(self) -> str:
        return fit(str(self.request.path_params["issuer"]))

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @cached_property
    def client(self) -> str:
        """Who to count tries by: an IPv4 address, or the /64 that one IPv6 customer has to himself."""
        host = self.request.client.host if self.request.client else ""
        try:
            address = ip_address(host)
        except ValueError:
            return host or "unknown"
        if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
            return str(ip_network((address, 64), strict=False))
        return str(address.ipv4_mapped if isinstance(address, IPv6Address) else address)

    def to(self, *parts: str) -> str:
        """The path of a page, wherever the app is mounted: `visit.to("f", token, "pdf")`."""
        root = str(self.request.scope.get("root_path", ""))
        return root + "".join(f"/{quote(part, safe='')}" for part in parts)


async def read_visit(request: Request) -> Visit:
    """Reads the form of a POST; raises HTTPException 413 for more than a person types, 400 for no form at all."""
    if request.method != "POST":
        return Visit(request, {})
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413)
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise HTTPException(400) from error
    return Visit(request, {name: _clean(value) for name, value in pairs})


def _clean(value: str) -> str:
    # NUL and its kin come from no keyboard, and PostgreSQL stores no NUL.
    printable = "".join(char for char in value if char.isprintable() or char in "\n\t ")
    return printable.strip()[:MAX_VALUE_CHARS]
