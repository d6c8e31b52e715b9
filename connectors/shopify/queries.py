"""The GraphQL that is sent: an order with all that an invoice needs, and nothing of the buyer that is not wanted."""

import re
from collections.abc import Iterable

from .config import ShopifyConfig

LINES_INSIDE = 20
"""Lines that come with an order; the cost of a query is what could come, so the rest is asked for by itself."""
LINES_AFTER = 100

_FRAGMENTS = """
fragment Bag on MoneyBag { shopMoney { amount } presentmentMoney { amount } }
fragment Taxes on TaxLine { title rate ratePercentage priceSet { ...Bag } }
fragment Lines on LineItemConnection {
  nodes {
    id name sku quantity currentQuantity isGiftCard taxable
    customAttributes { key value }
    originalUnitPriceSet { ...Bag }
    discountAllocations { allocatedAmountSet { ...Bag } }
    taxLines { ...Taxes }
  }
  pageInfo { hasNextPage endCursor }
}
"""

_ORDER = """
fragment Whole on Order {
  id legacyResourceId name processedAt updatedAt cancelledAt test taxesIncluded
  currencyCode presentmentCurrencyCode displayFinancialStatus poNumber note
  totalPriceSet { ...Bag }
  totalTipReceivedSet { ...Bag }
  originalTotalDutiesSet { ...Bag }
  additionalFees { name price { ...Bag } taxLines { ...Taxes } }
  merchantOfRecordApp { id name }
  customAttributes { key value }
  localizedFields(first: 10) { nodes { key value } }
  lineItems(first: $lines) { ...Lines }
  shippingLines(first: 5, includeRemovals: true) {
    nodes {
      title isRemoved
      originalPriceSet { ...Bag }
      discountAllocations { allocatedAmountSet { ...Bag } }
      taxLines { ...Taxes }
    }
  }
  transactions {
    id kind status test gateway formattedGateway processedAt paymentId AUTHORIZATION_CODE
    amountSet { ...Bag }
    paymentDetails {
      __typename
      ... on CardPaymentDetails { bin company paymentMethodName wallet }
      ... on LocalPaymentMethodsPaymentDetails { paymentMethodName }
      ... on PaypalWalletPaymentDetails { paymentMethodName }
      ... on ShopPayInstallmentsPaymentDetails { paymentMethodName }
    }
  }
  refunds {
    legacyResourceId createdAt note
    transactions(first: 10) {
      nodes { kind status test gateway processedAt amountSet { ...Bag } }
      pageInfo { hasNextPage }
    }
  }
  %s
}
"""

_BUYER = """
  email phone
  billingAddress { name company zip countryCodeV2 phone }
  customer { displayName defaultEmailAddress { emailAddress } %s }
"""

SHOP = "{ shop { name myshopifyDomain currencyCode } currentAppInstallation { accessScopes { handle } } }"
_DISPUTE = """
fragment Dispute on ShopifyPaymentsDispute {
  legacyResourceId status type initiatedAt finalizedOn
  amount { amount currencyCode }
  reasonDetails { reason }
  order { legacyResourceId name test }
}
"""
DISPUTE = f"query Dispute($id: ID!) {{ dispute(id: $id) {{ ...Dispute }} }}\n{_DISPUTE}"
DISPUTES = f"""
query Disputes($first: Int!, $after: String, $filter: String!) {{
  disputes(first: $first, after: $after, query: $filter) {{
    nodes {{ ...Dispute }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
{_DISPUTE}
"""
LINES = f"""
query Lines($id: ID!, $after: String) {{
  order(id: $id) {{ lineItems(first: {LINES_AFTER}, after: $after) {{ ...Lines }} }}
}}
{_FRAGMENTS}
"""

_METAFIELD = re.compile(r"(?:(customer)\.)?metafields\.([\w$:-]{1,255})\.([\w-]{1,64})")


def one(config: ShopifyConfig) -> str:
    """An order by its id."""
    return f"query One($id: ID!, $lines: Int!) {{ order(id: $id) {{ ...Whole }} }}\n{_whole(config)}"


def page(config: ShopifyConfig) -> str:
    """Orders by a filter, the one that changed longest ago first."""
    return (
        "query Page($first: Int!, $after: String, $filter: String!, $lines: Int!) {\n"
        "  orders(first: $first, after: $after, query: $filter, sortKey: UPDATED_AT) {\n"
        "    nodes { ...Whole }\n    pageInfo { hasNextPage endCursor }\n  }\n}\n"
        f"{_whole(config)}"
    )


def metafields(config: ShopifyConfig) -> dict[str, tuple[str, str, str]]:
    """The metafields that `fields` names: alias -> ("" or "customer", namespace, key)."""
    paths = [path for value in config.fields.values() for path in ((value,) if isinstance(value, str) else value)]
    found = [match.groups(default="") for path in paths if (match := _METAFIELD.fullmatch(path))]
    return {f"metafield{number}": (owner, space, key) for number, (owner, space, key) in enumerate(found)}


def _whole(config: ShopifyConfig) -> str:
    wanted = metafields(config)
    parts = [_selected(wanted, "")]
    if config.customer_data:
        parts.append(_BUYER % _selected(wanted, "customer"))
    code = "authorizationCode" if config.authorization_code else ""
    order = _ORDER.replace(" AUTHORIZATION_CODE", f" {code}" if code else "")
    return _FRAGMENTS + order % "\n  ".join(part for part in parts if part)


def _selected(wanted: dict[str, tuple[str, str, str]], owner: str) -> str:
    fields: Iterable[str] = (
        f'{alias}: metafield(namespace: "{space}", key: "{key}") {{ value }}'
        for alias, (whose, space, key) in wanted.items()
        if whose == owner
    )
    return " ".join(fields)


WRITE = """
mutation Write($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { userErrors { field message code } }
}
"""
