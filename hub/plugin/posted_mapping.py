"""What was posted -> sale, refund, payment. Pure; every amount exact, nothing is rounded away."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from .errors import DataError
from .money import exponent_of, rounded
from .posted import Method, PostedLine, PostedPayment, PostedRefund, PostedSale, PostedTax
from .sale import Buyer, Line, Payment, Refund, Sale, Tax

FORMAS: Mapping[Method, str] = {
    "cash": "01",
    "cheque": "02",
    "transfer": "03",
    "card": "04",
    "credit_card": "04",
    "wallet": "06",
    "vouchers": "08",
    "debit_card": "28",
    "service_card": "29",
    "bnpl": "31",
    "crypto": "31",
}
"""c_FormaPago by method. What is not here stays open: the source's own default, or a person, decides."""
CENT = Decimal("0.01")


def sale_of(body: PostedSale, formas: Mapping[Method, str], *, live: bool) -> Sale:
    """The sale.

    Raises:
        DataError: a line says less than its total needs, or the lines do not add up to the total.
    """
    lines = _single(body) if body.description is not None else _lines(body)
    found = sum((line.total for line in lines), Decimal(0))
    if found != body.total:
        difference = body.total - found
        raise DataError(
            f"the lines add up to {found}, and total is {body.total}: the difference is {difference}",
            hint="say the missing line (shipping, tip, discount), or the total of each line as it was charged",
            field="total",
        )
    return Sale(
        id=body.external_id,
        sold_at=body.occurred_at,
        currency=body.currency,
        total=body.total,
        lines=tuple(lines),
        prices_include_tax=body.prices_include_tax,
        updated_at=body.updated_at,
        reference=body.reference or body.external_id[:100],
        forma_pago=_forma_pago(body, formas),
        exchange_rate=body.exchange_rate,
        buyer=_buyer(body),
        live=live,
    )


def refund_of(body: PostedRefund) -> Refund:
    """Money that went back."""
    return Refund(
        id=body.external_id,
        sale_id=body.sale_external_id,
        refunded_at=body.occurred_at,
        currency=body.currency,
        amount=body.amount,
        kind=body.kind,
        status=body.status,
        reason=body.reason,
    )


def payment_of(body: PostedPayment, formas: Mapping[Method, str]) -> Payment:
    """A later payment."""
    return Payment(
        id=body.external_id,
        sale_id=body.sale_external_id,
        paid_at=body.occurred_at,
        currency=body.currency,
        amount=body.amount,
        forma_pago=body.forma_pago or _of_method(body.method, formas),
    )


def _single(body: PostedSale) -> list[Line]:
    if not body.prices_include_tax:
        raise DataError(
            "is false, and a description alone says nothing of taxes",
            hint="leave it out, or send lines with their taxes",
            field="prices_include_tax",
        )
    return [Line(description=body.description or "", unit_price=body.total, total=body.total)]


def _lines(body: PostedSale) -> list[Line]:
    return [_line(line, body, f"lines.{number}") for number, line in enumerate(body.lines)]


def _line(line: PostedLine, body: PostedSale, where: str) -> Line:
    return Line(
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        total=_total(line, body, where),
        taxes=None if line.taxes is None else tuple(_tax(tax) for tax in line.taxes),
        kind=line.kind,
        sku=line.sku,
        unit=line.unit,
        clave_prod_serv=line.clave_prod_serv,
        clave_unidad=line.clave_unidad,
        objeto_imp=line.objeto_imp,
    )


def _tax(tax: PostedTax) -> Tax:
    return Tax(tax=tax.type, factor=tax.factor, rate=tax.rate, withheld=tax.withheld, amount=tax.amount)


def _total(line: PostedLine, body: PostedSale, where: str) -> Decimal:
    places = exponent_of(body.currency)
    price = line.quantity * line.unit_price
    if line.discount > price:
        raise DataError(f"is {line.discount}, more than the {price} of the line", field=f"{where}.discount")
    basis = price - line.discount
    if body.prices_include_tax:
        _refuse_withheld(line, where)
        made = rounded(basis, places)
    elif line.taxes is not None:
        made = rounded(basis, places) + _taxes(line.taxes, basis, line.quantity, places, where)
    elif line.total is None:
        raise DataError(
            "is missing, and the prices are without tax",
            hint="say the line's taxes (an empty list for none), or its total",
            field=f"{where}.taxes",
        )
    else:
        made = max(line.total, rounded(basis, places))
    if line.total is None:
        return made
    if line.total != rounded(line.total, places):
        raise DataError(f"has more than the {places} decimals of {body.currency}", field=f"{where}.total")
    if abs(line.total - made) > CENT * max(Decimal(1), line.quantity):
        raise DataError(
            f"is {line.total}, and quantity, price, discount and taxes make {made}",
            hint="discount is of the whole line; prices_include_tax says what unit_price is",
            field=f"{where}.total",
        )
    return line.total


def _refuse_withheld(line: PostedLine, where: str) -> None:
    for number, tax in enumerate(line.taxes or ()):
        if tax.withheld:
            raise DataError(
                "is a retention, and prices_include_tax is true",
                hint="send a sale with retentions with prices without tax",
                field=f"{where}.taxes.{number}.withheld",
            )


def _taxes(taxes: Sequence[PostedTax], basis: Decimal, quantity: Decimal, places: int, where: str) -> Decimal:
    """What the taxes add to a line: IEPS first, because IVA is on top of it."""
    total, ieps = Decimal(0), Decimal(0)
    for number, tax in sorted(enumerate(taxes), key=lambda one: one[1].type != "IEPS"):
        base = basis + ieps if tax.type == "IVA" and not tax.withheld else basis
        exact = (tax.rate or Decimal(0)) * (quantity if tax.factor == "Cuota" else base)
        if tax.amount is not None and abs(tax.amount - exact) > 2 * CENT + CENT / 2 * quantity:
            raise DataError(
                f"is {tax.amount}, and {tax.rate} of {base} is {exact.normalize():f}",
                hint="amount is of the whole line, after its discount; leave it out to have it worked out",
                field=f"{where}.taxes.{number}.amount",
            )
        amount = rounded(exact if tax.amount is None else tax.amount, places)
        if tax.type == "IEPS" and not tax.withheld:
            ieps += amount
        total += -amount if tax.withheld else amount
    return total


def _forma_pago(body: PostedSale, formas: Mapping[Method, str]) -> str | None:
    if body.forma_pago is not None or not body.payments:
        return body.forma_pago
    largest = max(body.payments, key=lambda part: part.amount)
    return largest.forma_pago or _of_method(largest.method, formas)


def _of_method(method: Method | None, formas: Mapping[Method, str]) -> str | None:
    return None if method is None else formas.get(method) or FORMAS.get(method)


def _buyer(body: PostedSale) -> Buyer:
    if body.buyer is None:
        return Buyer()
    told = body.buyer
    return Buyer(
        rfc=_compact(told.rfc),
        nombre=told.name or None,
        codigo_postal=told.zip or None,
        regimen_fiscal=_code(told.regimen),
        uso_cfdi=_code(told.uso_cfdi),
        email=told.email or None,
        phone=told.phone or None,
        country=told.country or None,
        customer_id=told.customer_id,
    )


def _compact(rfc: str | None) -> str | None:
    return "".join(char for char in rfc.upper() if char not in " -.") or None if rfc else None


def _code(text: str | None) -> str | None:
    """`601 - General de Ley...` -> `601`."""
    return text.split()[0].upper() if text and text.split() else None
