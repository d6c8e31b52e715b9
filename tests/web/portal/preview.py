"""A portal over purchases in memory, one per stage: for the tests, and to look at while changing the pages.

python -m tests.web.portal.preview      # http://127.0.0.1:8765/p/cafe and the links it prints
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from threading import Lock
from typing import Literal
from zoneinfo import ZoneInfo

import uvicorn
from starlette.applications import Starlette

from hub.flow.portal_messages import EMPTY_FIELDS, message
from hub.flow.portal_model import (
    FieldProblem,
    FiscalData,
    IssuedInvoice,
    Purchase,
    PurchaseLine,
    Review,
    Stage,
)
from hub.flow.portal_port import HelpRequest, Logo, PortalBrand, PortalFile, canonical_reference
from hub.sat.rfc import EXTRANJERO, normalize
from hub.web.portal import portal_routes

TIJUANA = ZoneInfo("America/Tijuana")
LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 48" width="200" height="48">
<circle cx="24" cy="24" r="22" fill="#7a3e1d"/>
<path d="M14 18h18v8a9 9 0 0 1-18 0zm18 2h3a4 4 0 0 1 0 8h-3" fill="#fff"/>
<text x="56" y="31" font-family="Georgia, serif" font-size="22" fill="#3b2314">Nopal &amp; Grano</text></svg>"""
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<cfdi:Comprobante Nota="ñ&#10;"/>\r\n'.encode()
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
EMPRESA = FiscalData("ABC010203AB1", "FERRETERIA LOPEZ", "22000", "601", "G03", "compras@ejemplo.mx")
PERSONA = FiscalData("LOGA850101AB2", "ANA LOPEZ GARCIA", "64000", "612", "G03", "")

CAFE = PortalBrand(
    issuer="cafe",
    nombre="Nopal & Grano",
    logo=Logo(LOGO, "image/svg+xml"),
    primary="#c2571a",
    email="hola@ejemplo.mx",
    phone="664 123 4567",
    whatsapp="+52 664 123 4567",
    aviso_de_privacidad_url="https://ejemplo.mx/privacidad",
)
PLAIN = PortalBrand(issuer="tlapaleria", nombre="Tlapalería El Tornillo")

OPEN = Purchase(
    token="abierta",
    issuer="cafe",
    reference="#1001",
    sold_at=datetime(2026, 11, 20, 14, 35, tzinfo=TIJUANA),
    currency="MXN",
    total=Decimal("1160.00"),
    refunded=Decimal(0),
    forma_pago="04",
    lines=(
        PurchaseLine("Café de Veracruz en grano, 1 kg", Decimal(2), Decimal("760.00")),
        PurchaseLine("Prensa francesa", Decimal(1), Decimal("400.00")),
    ),
    stage=Stage.OPEN,
    deadline=date(2026, 11, 30),
    email_hint="a•••@ejemplo.mx",
)
INVOICE = IssuedInvoice(
    uuid="5C9F7F0E-7A1B-4C55-9D11-2B6A3E8F0D42",
    serie_folio="A-1042",
    total=Decimal("1160.00"),
    currency="MXN",
    rfc=EMPRESA.rfc,
    nombre=EMPRESA.nombre,
    stamped_at=datetime(2026, 11, 20, 15, 2, tzinfo=TIJUANA),
)
MANY_LINES = tuple(PurchaseLine(f"Taza de barro número {n}", Decimal(1), Decimal("165.71")) for n in range(1, 8))


def purchases() -> dict[str, Purchase]:
    """One purchase per stage (and per variant of it), by token."""
    now = datetime.now(TIJUANA)
    listed = (
        OPEN,
        replace(OPEN, token="guardada", saved=EMPRESA),
        replace(OPEN, token="parcial", refunded=Decimal("200.00"), lines=MANY_LINES),
        replace(OPEN, token="simple", issuer="tlapaleria", email_hint=""),
        replace(OPEN, token="pronto", stage=Stage.WORKING, promise="F-3K9Q", promised_at=now),
        replace(OPEN, token="lenta", stage=Stage.WORKING, promise="F-3K9Q", promised_at=now - timedelta(minutes=10)),
        replace(
            OPEN,
            token="corregir",
            stage=Stage.CORRECT,
            typed=replace(EMPRESA, nombre="Ferreteria Lopez S.A. de C.V.", codigo_postal="22010"),
            problems=(
                FieldProblem("nombre", message(15), "FERRETERIA LOPEZ"),
                FieldProblem("codigo_postal", message(16)),
            ),
        ),
        replace(OPEN, token="facturada", stage=Stage.INVOICED, invoice=INVOICE),
        replace(OPEN, token="ajena", stage=Stage.INVOICED),
        replace(OPEN, token="global", stage=Stage.GLOBAL, sold_at=OPEN.sold_at.replace(month=10)),
        replace(OPEN, token="tarde", stage=Stage.LATE, deadline=date(2026, 10, 31)),
        replace(OPEN, token="devuelta", stage=Stage.REFUNDED, refunded=OPEN.total),
        replace(OPEN, token="detenida", stage=Stage.HELD),
        replace(OPEN, token="sin-timbres"),
        replace(OPEN, token="rechazada"),
        replace(OPEN, token="rota"),
    )
    return {purchase.token: purchase for purchase in listed}


@dataclass
class MemoryPortal:
    """The steps, without a database and without SAT. What it was asked is there to be looked at."""

    brands: dict[str, PortalBrand] = field(default_factory=lambda: {"cafe": CAFE, "tlapaleria": PLAIN})
    held: dict[str, Purchase] = field(default_factory=purchases)
    limits: dict[str, int] = field(default_factory=lambda: {"find": 5, "link": 5})
    stamped: list[tuple[str, FiscalData]] = field(default_factory=list)
    copies: list[tuple[str, str]] = field(default_factory=list)
    requests: list[tuple[str, str | None, HelpRequest]] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def brand(self, issuer: str) -> PortalBrand | None:
        return self.brands.get(issuer)

    def open(self, token: str) -> Purchase | None:
        return self.held.get(token)

    def find(self, issuer: str, reference: str, total: str) -> str | None:
        try:
            asked = Decimal(re.sub(r"[^0-9.]", "", total))
        except InvalidOperation:
            return None
        for purchase in self.held.values():
            same = canonical_reference(purchase.reference) == canonical_reference(reference)
            if purchase.issuer == issuer and same and purchase.total == asked:
                return purchase.token
        return None

    def review(self, token: str, data: FiscalData) -> Review | tuple[FieldProblem, ...]:
        with self.lock:
            self.held[token] = replace(self.held[token], typed=data)
        problems = problems_of(data)
        if problems:
            return problems
        total = self.held[token].total - self.held[token].refunded
        base = (total / Decimal("1.16")).quantize(Decimal("0.01"))
        withheld = (("ISR 1.25 %", Decimal("12.50")),) if data.regimen_fiscal == "626" else ()
        warnings = (FieldProblem("rfc", message(12)),) if data.rfc.endswith("9") else ()
        clean = replace(data, rfc=normalize(data.rfc), nombre=data.nombre.upper())
        if clean.rfc == EXTRANJERO:
            clean = replace(clean, codigo_postal="22000")
        return Review(clean, total - sum(tax for _, tax in withheld), (("IVA 16 %", total - base),), withheld, warnings)

    def invoice(self, token: str, data: FiscalData) -> Purchase | tuple[FieldProblem, ...]:
        if token == "rota":
            raise RuntimeError(f"INSERT failed for {data.rfc} {data.nombre}")
        if problems := problems_of(data):
            return problems
        with self.lock:
            purchase = self.held[token]
            if purchase.stage not in {Stage.OPEN, Stage.CORRECT}:
                return purchase
            self.stamped.append((token, data))
            self.held[token] = self._outcome(purchase, data)
            return self.held[token]

    def _outcome(self, purchase: Purchase, data: FiscalData) -> Purchase:
        if purchase.token == "sin-timbres":
            asked = datetime.now(UTC)
            return replace(purchase, stage=Stage.WORKING, promise="F-3K9Q", promised_at=asked, typed=data)
        if purchase.token == "rechazada" and data.codigo_postal != "64000":
            problems = (FieldProblem("codigo_postal", message(16)),)
            return replace(purchase, stage=Stage.CORRECT, typed=data, problems=problems)
        issued = replace(INVOICE, rfc=data.rfc, nombre=data.nombre, total=purchase.total - purchase.refunded)
        return replace(purchase, stage=Stage.INVOICED, invoice=issued)

    def file(self, token: str, kind: Literal["pdf", "xml"]) -> PortalFile | None:
        purchase = self.held[token]
        if purchase.invoice is None:
            return None
        return PortalFile(f"Factura {purchase.invoice.serie_folio} Café.{kind}", XML if kind == "xml" else PDF)

    def send_copy(self, token: str, email: str) -> FieldProblem | None:
        if "@" not in email:
            return FieldProblem("email", EMPTY_FIELDS["email"])
        self.copies.append((token, email))
        return None

    def ask_help(self, issuer: str, token: str | None, request: HelpRequest) -> str | tuple[FieldProblem, ...]:
        problems = problems_of(request.data) if request.data else ()
        if not request.contact:
            problems += (FieldProblem("contact", EMPTY_FIELDS["contact"]),)
        if problems:
            return problems
        self.requests.append((issuer, token, request))
        return f"S-{len(self.requests):03}"

    def hit(self, key: str) -> bool:
        with self.lock:
            self.hits[key] += 1
            return self.hits[key] <= self.limits.get(key.partition(":")[0], 1_000_000)


def problems_of(data: FiscalData) -> tuple[FieldProblem, ...]:
    """The checks of a form's shape, as the steps make them."""
    problems = []
    rfc = normalize(data.rfc)
    if not rfc:
        problems.append(FieldProblem("rfc", EMPTY_FIELDS["rfc"]))
    elif len(rfc) not in {12, 13}:
        problems.append(FieldProblem("rfc", message(11, length=len(rfc))))
    if not data.nombre:
        problems.append(FieldProblem("nombre", EMPTY_FIELDS["nombre"]))
    elif "S.A." in data.nombre.upper():
        problems.append(FieldProblem("nombre", message(15), data.nombre.upper().partition(" S.A.")[0]))
    if not re.fullmatch("[0-9]{5}", data.codigo_postal) and rfc != EXTRANJERO:
        problems.append(FieldProblem("codigo_postal", EMPTY_FIELDS["codigo_postal"]))
    if not data.regimen_fiscal:
        problems.append(FieldProblem("regimen_fiscal", EMPTY_FIELDS["regimen_fiscal"]))
    if data.email and "@" not in data.email:
        problems.append(FieldProblem("email", EMPTY_FIELDS["email"]))
    return tuple(problems)


def portal_app(port: MemoryPortal) -> Starlette:
    return Starlette(routes=portal_routes(port))


if __name__ == "__main__":
    port = MemoryPortal()
    address = "http://127.0.0.1:8765"
    sys.stdout.write("\n".join([f"{address}/p/cafe", *(f"{address}/f/{token}" for token in port.held)]) + "\n")
    uvicorn.run(portal_app(port), port=8765, log_level="warning")
