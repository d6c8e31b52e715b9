"""docs/operate/sat-codes.md, written from what the code knows of SAT's codes."""

from collections import Counter

from hub.cfdi.rules.codes import CODES, Kind
from hub.cfdi.rules.matrix import Entry, Treatment, matrix

_WHO: dict[Kind, str] = {
    "buyer": "the buyer",
    "issuer": "the issuer",
    "ours": "the hub",
    "transient": "nobody",
    "state": "nobody",
}
_FOUND = {
    Treatment.RULE: "before it is sealed",
    Treatment.LIST: "by the PAC",
    Treatment.SCHEMA: "before it is sealed, as `301`",
    Treatment.IMPOSSIBLE: "cannot happen",
    Treatment.DORMANT: "not in force",
}
_HEAD = """# SAT's codes

Every code of SAT's *Matrices de errores* of CFDI 4.0 and Pagos 2.0, and the general ones that PACs answer with. The hub
looks for each of them before it seals a document, as far as a document alone can tell; only a PAC has SAT's lists of
taxpayers. The ones that people meet are in [errors](errors.md).

{summary}

`found` says who finds that a document breaks the rule, and in brackets what a rule cannot know.

## General

| code | who mends it | reason | what to do |
|---|---|---|---|
{general}

## CFDI 4.0

{columns}
{cfdi}

## Pagos 2.0

{columns}
{pagos}
"""
_COLUMNS = "| code | field | who mends it | reason | what to do | found |\n|---|---|---|---|---|---|"


def page() -> str:
    """The whole page."""
    entries = matrix()
    return _HEAD.format(
        summary=_summary(entries),
        general="\n".join(
            f"| `{code.code}` | {_WHO[code.kind]} | {code.reason_es} | {code.remedy} |"
            for code in CODES.values()
            if not code.attribute
        ),
        columns=_COLUMNS,
        cfdi="\n".join(_row(entry) for entry in entries if entry.code.code.startswith("CFDI")),
        pagos="\n".join(_row(entry) for entry in entries if entry.code.code.startswith("CRP")),
    )


def _row(entry: Entry) -> str:
    code = entry.code
    found = f"{_FOUND[entry.treatment]} ({entry.why})" if entry.why else _FOUND[entry.treatment]
    cells = (f"`{code.code}`", f"`{code.attribute}`", _WHO[code.kind], code.reason_es, code.remedy, found)
    return f"| {' | '.join(cells)} |"


def _summary(entries: tuple[Entry, ...]) -> str:
    counts = Counter(entry.treatment for entry in entries)
    return (
        f"Of {len(entries)} codes the hub's rules find {counts[Treatment.RULE]}; "
        f"{counts[Treatment.LIST]} need SAT's lists; {counts[Treatment.SCHEMA]} is SAT's schema; "
        f"{counts[Treatment.IMPOSSIBLE]} cannot happen to the hub's documents; {counts[Treatment.DORMANT]} are not in "
        "force."
    )
