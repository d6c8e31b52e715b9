"""Documents that the tests of every PAC stamp, and the registry with a PAC that need not be installed."""

from decimal import Decimal
from importlib.metadata import EntryPoint, entry_points

from hub.cfdi import CfdiRelacionados, Comprobante, InformacionGlobal, Parte, Receptor, tercero_extranjero
from hub.registry import Registry
from tests.support import worked_examples, worked_payments
from tests.support.cfdi_samples import ESCUELA, EXENTO, IVA_16, invoice, sold
from tests.support.worked_payments import HONORARIOS, MIXED, PESOS, UUID, payment_of, receipt

_ABROAD = Receptor("XEXX010101000", "Jane & Co", "42501", "616", "S01", "USA", "123456789")
_PEDIMENTOS = ("15  48  3009  0001234", "15  48  3009  0001235")
_RELATED = CfdiRelacionados("01", (UUID, "11111111-2222-4333-8444-555555555555"))


def registry_with_pac(name: str) -> Registry:
    """The installed plugins with this PAC among them."""
    installed = {entry.name: entry for entry in entry_points(group="hub.plugins")}
    return Registry.load([*({name: EntryPoint(name, f"pac_providers.{name}", "hub.plugins")} | installed).values()])


def documents() -> dict[str, Comprobante]:
    """Every kind of document that the hub makes, by name."""
    sale = invoice(sold("1160.00", IVA_16), sold("100.00", EXENTO))
    third = sale.conceptos[0]._replace(
        a_cuenta_terceros=tercero_extranjero("42501"), no_identificacion="SKU <1>", unidad='Pieza "&"'
    )
    imported = sale.conceptos[0]._replace(informacion_aduanera=_PEDIMENTOS, cuenta_predial=("123456", "654321"))
    whole = sale.conceptos[0]._replace(
        partes=(
            Parte("53101604", Decimal(2), "Manga", "M-1", "Pieza", Decimal("10.00"), Decimal("20.00"), _PEDIMENTOS),
            Parte("53101604", Decimal(1), "Cuello"),
        )
    )
    return {
        **{name: worked_examples.document(name)._replace(emisor=ESCUELA) for name in worked_examples.EXAMPLES},
        "imported_goods": sale._replace(conceptos=(imported, *sale.conceptos[1:])),
        "goods_of_parts": sale._replace(conceptos=(whole, *sale.conceptos[1:])),
        "sale_on_commission": sale._replace(conceptos=(third, *sale.conceptos[1:]), condiciones_de_pago="30 días"),
        "egreso": sale._replace(tipo_de_comprobante="E", cfdi_relacionados=(_RELATED,)),
        "foreign_buyer": sale._replace(receptor=_ABROAD),
        "factura_global_bimestral": sale._replace(informacion_global=InformacionGlobal("05", "13", "2026")),
        "receipt": receipt(payment_of(PESOS, "5800.00", num_operacion="REF 9")),
        "receipt_of_two": receipt(payment_of(HONORARIOS, "9533.33"), payment_of(MIXED, "600.00")),
        "receipt_in_place_of_another": receipt(payment_of(PESOS, "5800.00"), cfdi_relacionados=(
            CfdiRelacionados("04", (UUID,)),
        )),
        **{
            f"receipt_{name}": receipt(payment_of(PESOS, "1.00"))._replace(pagos=worked_payments.complement(name))
            for name in worked_payments.PAYMENTS
        },
    }  # fmt: skip
