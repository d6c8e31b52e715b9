"""What one section alone cannot know: names that refer to each other, test against production."""

from collections.abc import Iterator
from typing import Any

from .document import Key
from .problems import Problem
from .suggest import did_you_mean

Tree = dict[str, Any]


def cross_checks(tree: Tree) -> Iterator[Problem]:
    """Problems between the sections of a tree that may be wrong in other ways too."""
    yield from _names(tree)
    yield from _environments(tree)
    yield from _public_url(tree)
    yield from _folios(tree)
    yield from _operator(tree)
    yield from _links(tree)
    yield from _sellers(tree)


def _section(tree: Any, name: str) -> Tree:
    value = tree.get(name) if isinstance(tree, dict) else None
    return value if isinstance(value, dict) else {}


def _instances(tree: Tree, kind: str) -> Iterator[tuple[str, Tree]]:
    return ((name, value) for name, value in _section(tree, kind).items() if isinstance(value, dict))


def _names(tree: Tree) -> Iterator[Problem]:
    for name, issuer in _instances(tree, "issuers"):
        yield from _pacs(tree, ("issuers", name, "pac"), issuer.get("pac"))
        mail = _section(issuer, "mail")
        yield from _named(tree, ("issuers", name, "mail", "notifier"), mail.get("notifier"), "notifiers")
    for name, source in _instances(tree, "sources"):
        yield from _named(tree, ("sources", name, "issuer"), source.get("issuer"), "issuers")
    yield from _named(tree, ("operator", "notifier"), _section(tree, "operator").get("notifier"), "notifiers")


def _pacs(tree: Tree, key: Key, value: object) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        yield from _named(tree, key, value, "pacs")
        return
    for index, one in enumerate(value):
        yield from _named(tree, (*key, index), one, "pacs")


def _named(tree: Tree, key: Key, value: object, kind: str) -> Iterator[Problem]:
    known = _section(tree, kind)
    if not isinstance(value, str) or value in known:
        return
    one = kind.removesuffix("s")
    meant = did_you_mean(value, known)
    hint = f"`{kind}:` holds {', '.join(known)}" if known else f"`{kind}:` is empty; add one there"
    yield Problem(key, f"there is no {one} called `{value}`{meant}", "" if meant else hint)


def _environments(tree: Tree) -> Iterator[Problem]:
    production = tree.get("environment") == "production"
    for name, pac in _instances(tree, "pacs"):
        key = ("pacs", name, "environment")
        of_pac = pac.get("environment", "sandbox")
        if production and of_pac == "sandbox":
            hint = "write `environment: production` here, or `environment: test` at the top"
            yield Problem(key, "is sandbox, but the hub's environment is production", hint)
        if not production and of_pac == "production":
            hint = "a test must not issue real invoices: make this one sandbox, or the hub production"
            yield Problem(key, "is production, but the hub's environment is test", hint)


def _public_url(tree: Tree) -> Iterator[Problem]:
    url = _section(tree, "web").get("public_url", "http://")
    if tree.get("environment") == "production" and isinstance(url, str) and not url.startswith("https://"):
        hint = "buyers type fiscal data there; write the https address of your proxy or tunnel"
        yield Problem(("web", "public_url"), "must start with https:// in production", hint)


def _folios(tree: Tree) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for name, issuer in _instances(tree, "issuers"):
        pair = (str(issuer.get("rfc", name)).upper(), str(issuer.get("serie", "A")))
        if pair in seen:
            hint = "two series with the same letters would give two invoices the same folio; choose another"
            yield Problem(
                ("issuers", name, "serie"), f"is the same as that of issuer `{seen[pair]}` with the same RFC", hint
            )
        seen.setdefault(pair, name)


def _operator(tree: Tree) -> Iterator[Problem]:
    operator = _section(tree, "operator")
    if operator.get("email") and not operator.get("notifier"):
        yield Problem(("operator", "notifier"), "is missing, so nobody would send to the e-mail", "name of a notifier")


def _links(tree: Tree) -> Iterator[Problem]:
    sources = _section(tree, "sources")
    for name, source in _instances(tree, "sources"):
        for index, gateway in enumerate(_list(source.get("paid_through"))):
            key: Key = ("sources", name, "paid_through", index)
            yield from _named(tree, key, gateway, "sources")
            other = sources.get(gateway) if isinstance(gateway, str) else None
            if gateway == name:
                yield Problem(key, "is the source itself", "name the source that tells of the payments")
            elif isinstance(other, dict) and other.get("issuer") != source.get("issuer"):
                hint = "an order and its payment are one sale of one issuer"
                yield Problem(key, f"`{gateway}` belongs to issuer `{other.get('issuer')}`, this source does not", hint)
            elif isinstance(other, dict) and _list(other.get("paid_through")):
                hint = "a source tells of orders or of their payments, not of both"
                yield Problem(key, f"`{gateway}` has a paid_through itself", hint)


def _sellers(tree: Tree) -> Iterator[Problem]:
    for name, source in _instances(tree, "sources"):
        for seller, settings in _section(source, "sellers").items():
            if isinstance(settings, dict):
                key = ("sources", name, "sellers", seller, "issuer")
                yield from _named(tree, key, settings.get("issuer"), "issuers")


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
