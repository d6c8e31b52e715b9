"""Text of a live service without secrets and people: the same value becomes the same stand-in wherever it stands."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from hub.plugin import exact_json

_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_CURP = re.compile(r"\b[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d\b")
_RFC = re.compile(r"\b[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{2}[A0-9]\b")
_IP = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_SHORTEST = 4
"""Shorter values stand in other words by chance; they are replaced where they stand, and nowhere else."""
_GENERIC = frozenset({"XAXX010101000", "XEXX010101000"})

_STANDINS: dict[str, Callable[[int], str]] = {
    "secret": lambda n: f"s3cret-{n:04}",
    "mail": lambda n: f"persona{n}@correo.example",
    "curp": lambda n: f"XEXX010101HNEXXX{n % 36:X}{n % 10}"[:18],
    "rfc12": lambda n: f"EMP010101{n:03}",
    "rfc13": lambda n: f"PERS010101{n:03}",
    "ip": lambda n: f"203.0.113.{n % 256}",
    "name": lambda n: f"Persona {n}",
    "phone": lambda n: f"+52550000{n:04}",
    "place": lambda n: f"Calle {n}",
    "postal": lambda n: f"{n:05}",
    "account": lambda n: f"{n:018}",
    "words": lambda n: f"texto {n}",
}
_KEYS = {
    "name": "name first_name last_name full_name fullname display_name nombre nombres apellidos razon_social company"
    " business_name legal_name cardholder customer_name billing_name attention social_reason",
    "phone": "phone telephone telefono mobile celular phone_number whatsapp",
    "place": "address address1 address2 address_line1 address_line2 line1 line2 street calle colonia city ciudad"
    " neighborhood municipality exterior interior",
    "postal": "zip zip_code postal_code postcode codigo_postal domicilio_fiscal domiciliofiscalreceptor cp",
    "account": "clabe iban card_number account_number",
    "words": "note notes comment comments message memo customer_note private_note",
}
_KIND_OF = {key: kind for kind, keys in _KEYS.items() for key in keys.split()}


class Anonymous:
    """Replaces secrets and personal data. Give everything to `learn` first, so that the order does not matter."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        for secret in sorted(set(secrets), key=len, reverse=True):
            if secret:
                standin = self._standin("secret", secret)
                self._known[quote(secret, safe="")] = standin

    def learn(self, body: str) -> None:
        """Find who is named in a body."""
        for key, value in _named(body):
            kind = _KIND_OF.get(_plain(key))
            if kind and value.strip() and not self._is_known(value):
                self._standin(kind, value)
        self._patterns(body)

    def body(self, body: str) -> str:
        """A body without them. JSON stays JSON, with its numbers as they were."""
        try:
            told = json.loads(body, parse_float=Decimal)
        except ValueError:
            return self.text(body)
        return exact_json(self._value("", told)).decode()

    def address(self, url: str) -> str:
        """Path and query without them."""
        parts = urlsplit(url)
        path = quote(self.text(unquote(parts.path)), safe="/%:@!$&'()*+,;=")
        pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
        query = "&".join(f"{name}{mark}{quote(self.text(unquote(value)), safe='')}" for name, mark, value in pairs)
        return f"{path}?{query}" if query else path

    def text(self, text: str) -> str:
        """Any text without them."""
        long = [value for value in self._known if len(value) >= _SHORTEST]
        for value in sorted(long, key=len, reverse=True):
            text = text.replace(value, self._known[value])
        return self._patterns(text)

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._value(name, inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._value(key, inner) for inner in value]
        if not isinstance(value, str):
            return value
        kind = _KIND_OF.get(_plain(key))
        return self._standin(kind, value) if kind and value.strip() else self.text(value)

    def _patterns(self, text: str) -> str:
        text = _MAIL.sub(lambda found: self._standin("mail", found[0]), text)
        text = _CURP.sub(lambda found: self._standin("curp", found[0]), text)
        text = _RFC.sub(lambda found: self._rfc(found[0]), text)
        return _IP.sub(lambda found: self._standin("ip", found[0]), text)

    def _rfc(self, rfc: str) -> str:
        return rfc if rfc in _GENERIC else self._standin(f"rfc{len(rfc)}", rfc)

    def _standin(self, kind: str, value: str) -> str:
        if value in self._known:
            return self._known[value]
        if self._is_known(value):
            return value
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._known[value] = _STANDINS[kind](self._counts[kind])
        return self._known[value]

    def _is_known(self, value: str) -> bool:
        """Is it a stand-in already?"""
        return value in self._known.values()


def _named(body: str) -> Iterator[tuple[str, str]]:
    try:
        yield from _pairs("", json.loads(body))
    except ValueError:
        yield from _ATTRIBUTE.findall(body)


def _pairs(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _pairs(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(key, inner)
    elif isinstance(value, str):
        yield key, value


def _plain(key: str) -> str:
    """`firstName`, `First Name` and `first-name` are `first_name`; a namespace before it says nothing."""
    bare = key.rpartition(":")[2]
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare) if not bare.isupper() else bare
    return re.sub(r"[\s-]+", "_", spaced).lower()
