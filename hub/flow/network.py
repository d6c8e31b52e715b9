"""The way out: no plugin reaches an address inside the operator's network unless the configuration allows it.

Addresses come from configuration, and some from outside: a webhook that somebody subscribed, a link in an answer.
What counts is the address that is connected to, after DNS, so a name that changes its mind gains nothing.
"""

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.request import getproxies

import httpcore
import httpx

from hub.plugin import Client, ConfigError

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


def guarded(client: Client, private: Sequence[str]) -> Client:
    """The same client, which refuses private addresses except those in `private` (networks such as 10.0.0.0/8).

    A transport of the plugin's own stays: it leads to no network. So does a proxy named by the environment:
    names are then resolved by the proxy, and it decides.
    """
    if client.transport is not None or {"http", "https", "all"} & getproxies().keys():
        return client
    return replace(client, transport=_GuardedTransport(private))


class _GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport over connections that are checked when they are made."""

    def __init__(self, private: Sequence[str]) -> None:
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=5.0)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_GuardedBackend(private),
        )


class _GuardedBackend(httpcore.SyncBackend):
    """Resolves a name itself and connects only to what it has looked at."""

    def __init__(self, private: Sequence[str]) -> None:
        self._private = [ipaddress.ip_network(text, strict=False) for text in private]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolved(host, port)
        for address in addresses:
            if not _may_be_reached(address, self._private):
                raise ConfigError(
                    f"{host} is {'' if host == str(address) else f'{address}, '}an address inside a private network",
                    hint=f"if it is meant, add {address} to network.private_addresses",
                )
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(str(addresses[-1]), port, timeout, local_address, socket_options)


def _resolved(host: str, port: int) -> list[IpAddress]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    # A scope such as %eth0 belongs to link-local addresses only.
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def listed(address: IpAddress, private: Sequence[str]) -> bool:
    """Whether it is one of the private addresses that the configuration allows."""
    return _among(address, [ipaddress.ip_network(text, strict=False) for text in private])


_WITH_IPV4_AT_THE_END = [ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "::/96")]
"""NAT64 (RFC 6052) and the old IPv4-compatible addresses (RFC 4291)."""
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
"""RFC 8215: where the IPv4 address stands in it is for each network to say."""


def is_inside(address: IpAddress) -> bool:
    """Whether it leads into a private network, or to nobody in particular."""
    plain = _plain(address)
    return not plain.is_global or plain.is_multicast or plain in _LOCAL_NAT64


def _may_be_reached(address: IpAddress, private: Sequence[IpNetwork]) -> bool:
    return _among(address, private) or not is_inside(address)


def _among(address: IpAddress, networks: Sequence[IpNetwork]) -> bool:
    plain = _plain(address)
    return any(plain in network for network in networks if network.version == plain.version)


def _plain(address: IpAddress) -> IpAddress:
    """The IPv4 address that an IPv6 address stands for, where it does: there it leads."""
    if not isinstance(address, ipaddress.IPv6Address) or address.is_loopback or address.is_unspecified:
        return address
    if any(address in network for network in _WITH_IPV4_AT_THE_END):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
