"""No plugin reaches into the operator's own network unless the configuration says so."""

import ipaddress
import socket

import httpcore
import httpx
import pytest

from hub.flow.network import guarded, listed
from hub.plugin import Client, ConfigError, Http, TransientError
from tests.plugin.remote_side import remote_side


@pytest.fixture
def server():
    with remote_side() as remote:
        yield remote


@pytest.fixture
def names(monkeypatch):
    """What DNS says; a name that is not here does not exist."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        if host not in known:
            if host.replace(".", "").isdigit() or ":" in host:
                return real(host, port, *args, **kwargs)
            raise socket.gaierror(-2, "Name or service not known")
        return [entry for ip in known[host] for entry in real(ip, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def http(url: str, *private: str) -> Http:
    return Http.of(guarded(Client(base_url=url), private))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::808:808]",
        "[2002:7f00:1::]",
        "[2001:0:0:0:0:0:80ff:fffe]",
        "2130706433",
        "0x7f000001",
    ],
)
@pytest.mark.parametrize("call", ["read", "write"])
def test_an_address_inside_is_refused_before_anything_is_sent(address, call):
    way_out = http(f"http://{address}:9")
    with pytest.raises(ConfigError, match="inside a private network") as refused:
        way_out.get("/") if call == "read" else way_out.post_once("/", b"")
    assert "network.private_addresses" in refused.value.hint


@pytest.mark.parametrize(
    ("address", "allowed"), [("::1", "::1/128"), ("64:ff9b::a9fe:a9fe", "169.254.169.254/32"), ("fd00::1", "fd00::/8")]
)
def test_an_address_of_six_is_allowed_by_its_own_network_or_that_of_the_four_it_stands_for(address, allowed):
    assert listed(ipaddress.ip_address(address), [allowed])
    assert not listed(ipaddress.ip_address(address), ["10.0.0.0/8"])


def test_what_the_configuration_names_is_reached(server):
    assert http(server.url, "127.0.0.0/8").get("/") == {}
    with pytest.raises(ConfigError, match="private network"):
        http(server.url, "10.0.0.0/8").get("/")


def test_an_address_is_told_once_and_a_name_with_where_it_leads(names):
    names["shop.example"] = ["127.0.0.1"]
    for host, says in (("127.0.0.1", ""), ("shop.example", "127.0.0.1, ")):
        with pytest.raises(ConfigError) as refused:
            http(f"http://{host}:9").get("/")
        assert str(refused.value) == f"{host} is {says}an address inside a private network"


def test_a_name_counts_by_where_it_leads(server, names):
    names["pac.example"] = ["127.0.0.1"]
    names["mixed.example"] = ["93.184.216.34", "10.0.0.1"]
    for name in names:
        with pytest.raises(ConfigError, match=f"{name} is 1"):
            http(f"http://{name}:{server.server_port}").get("/")


def test_a_name_that_leads_nowhere_may_work_later(names):
    with pytest.raises(TransientError, match="ConnectError"):
        http("http://nobody.example").get("/")


def test_the_next_address_is_tried_when_the_first_is_dead(server, names):
    names["pac.example"] = ["127.0.0.2", "127.0.0.1"]
    assert http(f"http://pac.example:{server.server_port}", "127.0.0.0/8").get("/") == {}


def test_a_transport_of_the_plugin_and_a_proxy_stay(monkeypatch):
    own = Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    assert guarded(own, ()) is own
    plain = Client()
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert guarded(plain, ()) is plain


def test_tls_is_asked_for_by_name_not_by_address(names):
    """The certificate is checked against the name, so the name must reach TLS."""
    seen = []

    class Stream(httpcore.MockStream):
        def start_tls(self, ssl_context, server_hostname=None, timeout=None):
            seen.append(server_hostname)
            return self

    names["pac.example"] = ["93.184.216.34"]
    client = guarded(Client(base_url="https://pac.example"), ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpcore.SyncBackend, "connect_tcp", lambda *_a, **_k: Stream([b"HTTP/1.1 200 OK\r\n\r\n{}"]))
        Http.of(client).read("GET", "/")
    assert seen == ["pac.example"]
