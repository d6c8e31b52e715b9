"""CRP20221-20235: what may be told of the banks, which depends on the form of payment."""

import re

from hub.cfdi.document import Comprobante
from hub.cfdi.pagos import Pago
from hub.cfdi.rules.pagos.kinds import of_pago
from hub.sat import rfc

_TRANSFER = "03"
_PAYING_ACCOUNT = {  # c_FormaPago, Patrón para cuenta ordenante
    "02": r"\d{11}|\d{18}",
    "03": r"\d{10}|\d{16}|\d{18}",
    "04": r"\d{16}",
    "05": r"\d{10,11}|\d{15,16}|\d{18}|[A-Z0-9_]{10,50}",
    "06": r"\d{10}",
    "28": r"\d{16}",
    "29": r"\d{15,16}",
}
_ANY_ACCOUNT = r"\d{10,11}|\d{15,16}|\d{18}|[A-Z0-9_]{10,50}"
_RECEIVING_ACCOUNT = {  # c_FormaPago, Patrón para cuenta beneficiaria: none for dinero electrónico
    **dict.fromkeys(("02", "04", "05", "28", "29"), _ANY_ACCOUNT),
    "03": r"\d{10}|\d{18}",
}


def _fits(account: str | None, pattern: str | None) -> bool:
    return not account or pattern is None or re.fullmatch(pattern, account, re.ASCII) is not None


@of_pago("CRP20221", "rfc_emisor_cta_ord")
def paying_bank_is_told_of_banked_forms_only(p: Pago, _: Comprobante) -> bool:
    """RfcEmisorCtaOrd exists only with FormaDePagoP 02, 03, 04, 05, 06, 28 or 29."""
    return not p.rfc_emisor_cta_ord or p.forma_de_pago_p in _PAYING_ACCOUNT


@of_pago("CRP20223", "nom_banco_ord_ext")
def a_foreign_bank_has_a_name(p: Pago, _: Comprobante) -> bool:
    """NomBancoOrdExt exists if RfcEmisorCtaOrd is XEXX010101000."""
    return p.rfc_emisor_cta_ord != rfc.EXTRANJERO or bool(p.nom_banco_ord_ext)


@of_pago("CRP20224", "cta_ordenante")
def paying_account_is_told_of_banked_forms_only(p: Pago, _: Comprobante) -> bool:
    """CtaOrdenante exists only with FormaDePagoP 02, 03, 04, 05, 06, 28 or 29."""
    return not p.cta_ordenante or p.forma_de_pago_p in _PAYING_ACCOUNT


@of_pago("CRP20225", "cta_ordenante")
def paying_account_has_the_pattern_of_its_form(p: Pago, _: Comprobante) -> bool:
    """CtaOrdenante has the pattern that c_FormaPago gives for FormaDePagoP."""
    return _fits(p.cta_ordenante, _PAYING_ACCOUNT.get(p.forma_de_pago_p))


@of_pago("CRP20226", "cta_beneficiario")
def receiving_account_has_the_pattern_of_its_form(p: Pago, _: Comprobante) -> bool:
    """CtaBeneficiario has the pattern that c_FormaPago gives for FormaDePagoP."""
    return _fits(p.cta_beneficiario, _RECEIVING_ACCOUNT.get(p.forma_de_pago_p))


@of_pago("CRP20227", "rfc_emisor_cta_ben")
def receiving_bank_is_told_of_banked_forms_only(p: Pago, _: Comprobante) -> bool:
    """RfcEmisorCtaBen exists only with FormaDePagoP 02, 03, 04, 05, 28 or 29."""
    return not p.rfc_emisor_cta_ben or p.forma_de_pago_p in _RECEIVING_ACCOUNT


@of_pago("CRP20228", "cta_beneficiario")
def receiving_account_is_told_of_banked_forms_only(p: Pago, _: Comprobante) -> bool:
    """CtaBeneficiario exists only with FormaDePagoP 02, 03, 04, 05, 28 or 29."""
    return not p.cta_beneficiario or p.forma_de_pago_p in _RECEIVING_ACCOUNT


@of_pago("CRP20229", "tipo_cad_pago")
def only_transfers_have_a_cadena(p: Pago, _: Comprobante) -> bool:
    """TipoCadPago exists only with FormaDePagoP 03."""
    return not p.tipo_cad_pago or p.forma_de_pago_p == _TRANSFER


@of_pago("CRP20230", "cert_pago")
def a_cadena_has_its_certificate(p: Pago, _: Comprobante) -> bool:
    """CertPago exists if TipoCadPago does."""
    return not p.tipo_cad_pago or bool(p.cert_pago)


@of_pago("CRP20231", "cert_pago")
def no_certificate_without_cadena(p: Pago, _: Comprobante) -> bool:
    """CertPago must not exist without TipoCadPago."""
    return bool(p.tipo_cad_pago) or not p.cert_pago


@of_pago("CRP20232", "cad_pago")
def a_cadena_has_its_text(p: Pago, _: Comprobante) -> bool:
    """CadPago exists if TipoCadPago does."""
    return not p.tipo_cad_pago or bool(p.cad_pago)


@of_pago("CRP20233", "cad_pago")
def no_text_without_cadena(p: Pago, _: Comprobante) -> bool:
    """CadPago must not exist without TipoCadPago."""
    return bool(p.tipo_cad_pago) or not p.cad_pago


@of_pago("CRP20234", "sello_pago")
def a_cadena_has_its_seal(p: Pago, _: Comprobante) -> bool:
    """SelloPago exists if TipoCadPago does."""
    return not p.tipo_cad_pago or bool(p.sello_pago)


@of_pago("CRP20235", "sello_pago")
def no_seal_without_cadena(p: Pago, _: Comprobante) -> bool:
    """SelloPago must not exist without TipoCadPago."""
    return bool(p.tipo_cad_pago) or not p.sello_pago
