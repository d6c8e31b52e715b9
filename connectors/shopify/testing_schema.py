"""The part of the Admin API's schema that the fake knows: `field: Type(arguments)`; another field is refused."""

from collections.abc import Mapping

_PAGED = "(first after last before reverse)"


def _scalars(*names: str) -> dict[str, str]:
    return dict.fromkeys((name for group in names for name in group.split()), "Scalar")


SCHEMA: Mapping[str, Mapping[str, str]] = {
    "QueryRoot": {
        "order": "Order(id)",
        "orders": "OrderConnection(first after last before query sortKey reverse)",
        "shop": "Shop",
        "currentAppInstallation": "AppInstallation",
        "dispute": "ShopifyPaymentsDispute(id)",
        "disputes": "ShopifyPaymentsDisputeConnection(first after last before query reverse)",
    },
    "Mutation": {"metafieldsSet": "MetafieldsSetPayload(metafields)"},
    "MetafieldsSetPayload": {"userErrors": "MetafieldsSetUserError"},
    "MetafieldsSetUserError": _scalars("field message code elementIndex"),
    "Shop": _scalars("id name myshopifyDomain currencyCode taxesIncluded"),
    "AppInstallation": {**_scalars("id"), "accessScopes": "AccessScope"},
    "AccessScope": _scalars("handle description"),
    "PageInfo": _scalars("hasNextPage hasPreviousPage startCursor endCursor"),
    "MoneyBag": {"shopMoney": "MoneyV2", "presentmentMoney": "MoneyV2"},
    "MoneyV2": _scalars("amount currencyCode"),
    "Order": {
        **_scalars(
            "id legacyResourceId name createdAt processedAt updatedAt cancelledAt cancelReason test confirmed edited",
            "taxesIncluded taxExempt currencyCode presentmentCurrencyCode displayFinancialStatus email phone note",
            "poNumber sourceName tags",
        ),
        **dict.fromkeys(("totalPriceSet", "currentTotalPriceSet", "totalTaxSet", "totalTipReceivedSet"), "MoneyBag"),
        "originalTotalDutiesSet": "MoneyBag",
        "additionalFees": "AdditionalFee",
        "merchantOfRecordApp": "OrderApp",
        "customAttributes": "Attribute",
        "localizedFields": f"LocalizedFieldConnection{_PAGED}",
        "billingAddress": "MailingAddress",
        "shippingAddress": "MailingAddress",
        "customer": "Customer",
        "metafield": "Metafield(namespace key)",
        "lineItems": f"LineItemConnection{_PAGED}",
        "shippingLines": "ShippingLineConnection(first after last before reverse includeRemovals)",
        "transactions": "OrderTransaction(first capturable manuallyResolvable)",
        "refunds": "Refund(first)",
    },
    "OrderApp": _scalars("id name"),
    "Attribute": _scalars("key value"),
    "LocalizedField": _scalars("key value title purpose countryCode"),
    "Metafield": _scalars("id namespace key value type"),
    "MailingAddress": _scalars("name company address1 city zip countryCodeV2 phone"),
    "Customer": {
        **_scalars("id displayName state taxExempt"),
        "defaultEmailAddress": "CustomerEmailAddress",
        "metafield": "Metafield(namespace key)",
    },
    "CustomerEmailAddress": _scalars("emailAddress"),
    "LineItem": {
        **_scalars("id name title sku quantity currentQuantity isGiftCard taxable vendor"),
        "customAttributes": "Attribute",
        "originalUnitPriceSet": "MoneyBag",
        "discountAllocations": "DiscountAllocation",
        "taxLines": "TaxLine(first)",
    },
    "DiscountAllocation": {"allocatedAmountSet": "MoneyBag"},
    "TaxLine": {**_scalars("title rate ratePercentage channelLiable"), "priceSet": "MoneyBag"},
    "ShippingLine": {
        **_scalars("id title code isRemoved"),
        "originalPriceSet": "MoneyBag",
        "discountedPriceSet": "MoneyBag",
        "discountAllocations": "DiscountAllocation",
        "taxLines": "TaxLine",
    },
    "AdditionalFee": {**_scalars("id name"), "price": "MoneyBag", "taxLines": "TaxLine"},
    "OrderTransaction": {
        **_scalars(
            "id kind status test gateway formattedGateway manualPaymentGateway processedAt paymentId authorizationCode"
        ),
        "amountSet": "MoneyBag",
        "paymentDetails": "PaymentDetails",
    },
    "PaymentDetails": {},
    "CardPaymentDetails": _scalars("bin company name number paymentMethodName wallet"),
    "LocalPaymentMethodsPaymentDetails": _scalars("paymentDescriptor paymentMethodName"),
    "PaypalWalletPaymentDetails": _scalars("paymentMethodName"),
    "ShopPayInstallmentsPaymentDetails": _scalars("paymentMethodName"),
    "Refund": {
        **_scalars("id legacyResourceId createdAt note"),
        "totalRefundedSet": "MoneyBag",
        "transactions": f"OrderTransactionConnection{_PAGED}",
    },
    "ShopifyPaymentsDispute": {
        **_scalars("id legacyResourceId status type initiatedAt finalizedOn"),
        "amount": "MoneyV2",
        "reasonDetails": "ShopifyPaymentsDisputeReasonDetails",
        "order": "Order",
    },
    "ShopifyPaymentsDisputeReasonDetails": _scalars("reason networkReasonCode"),
}

SCOPES: Mapping[tuple[str, str], str] = {
    ("QueryRoot", "order"): "read_orders",
    ("QueryRoot", "orders"): "read_orders",
    ("Mutation", "metafieldsSet"): "write_orders",
    ("QueryRoot", "dispute"): "read_shopify_payments_disputes",
    ("QueryRoot", "disputes"): "read_shopify_payments_disputes",
    ("Order", "customer"): "read_customers",
}
"""What a field needs."""

PROTECTED = frozenset(
    {
        ("Order", "email"),
        ("Order", "phone"),
        ("Order", "billingAddress"),
        ("Order", "shippingAddress"),
        ("Order", "customer"),
    }
)
"""Protected customer data of level 2."""
