"""Facturapi's codes: whose fault it is."""

import re

from hub.plugin import ConfigError, InDoubtError, Rejected

from .answers import Detail, Refused

ALREADY = "307"
_THERE_ALREADY = frozenset({"idempotency_key_in_use", "invoice_already_stamped", "stamping_in_progress"})
_OF_THE_ACCOUNT = frozenset(
    {"api_key_invalid", "api_key_not_allowed", "feature_not_available", "forbidden", "live_api_key_required",
     "manifesto_signature_failed", "missing_credentials", "organization_incomplete", "organization_not_found",
     "organization_tax_info_invalid", "subscription_active_required", "subscription_live_access_required",
     "subscription_required", "unauthorized", "user_key_invalid", "user_suspended"}
)  # fmt: skip
_OF_THE_DOCUMENT = frozenset(
    {"customer_could_not_be_resolved", "invalid_country_code", "invalid_date", "invalid_request",
     "invoice_stamping_validation_error", "payload_too_large", "product_key_not_found", "unit_key_not_found"}
)  # fmt: skip
_OF_THE_BUYER = {
    "tax_id_not_found": "CFDI40143",
    "legal_name_mismatch": "CFDI40145",
    "tax_address_zip_mismatch": "CFDI40148",
    "tax_system_not_in_catalog": "CFDI40157",
    "tax_system_not_allowed_for_tax_id": "CFDI40158",
}
"""Facturapi compares the buyer with SAT's list before it stamps; these are SAT's codes for the same."""
_CSD_AT_FAULT = frozenset({"304", "305", "306", "308", "402"})
_OF_SAT = re.compile(r"(?:CFDI|CRP)\d{5,6}|30[1-8]|40[1-3]")


def refusal(said: Refused) -> Rejected:
    """Why nothing was stamped; code 307 if there is an invoice of this key or an earlier stamp.

    Raises:
        ConfigError: the organization, its subscription or its CSD must be put in order.
        InDoubtError: the code does not say that nothing was stamped.
    """
    codes = {said.code} | {detail.code for detail in said.errors}
    if codes & _THERE_ALREADY or ALREADY in codes:
        return Rejected(ALREADY, said.message)
    if said.code in _OF_THE_ACCOUNT or said.code.startswith(("certificate_", "private_key_", "csd_")):
        raise ConfigError(f"Facturapi: {said.code}", hint="look at the organization in Facturapi's dashboard")
    if codes & _CSD_AT_FAULT:
        raise ConfigError("Facturapi: SAT does not take the organization's CSD", hint="upload it anew in the dashboard")
    buyers = [_OF_THE_BUYER[one.code] for one in _all(said) if one.code in _OF_THE_BUYER and _is_buyers(one)]
    if buyers:
        return Rejected(buyers[0], said.message)
    if said.code not in _OF_THE_DOCUMENT:
        raise InDoubtError(f"Facturapi answers {_readable(said.code)}, which does not say what became of the invoice")
    of_sat = [detail.code for detail in said.errors if _OF_SAT.fullmatch(detail.code)]
    return Rejected(of_sat[0] if of_sat else said.code, _told(said))


def _all(said: Refused) -> list[Detail]:
    return [*said.errors, Detail(code=said.code, message=said.message)]


def _is_buyers(detail: Detail) -> bool:
    return not (detail.path or "").startswith(("organization", "legal"))


def _told(said: Refused) -> str:
    details = [f"{detail.path}: {detail.message}" if detail.path else detail.message for detail in said.errors]
    return "; ".join(dict.fromkeys(text for text in (said.message, *details) if text.strip())) or said.code


def _readable(code: str) -> str:
    return code if re.fullmatch(r"[a-z_]{1,60}", code) else "an unreadable code"
