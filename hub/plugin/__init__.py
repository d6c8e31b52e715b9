"""Everything a plugin may import, and all that is promised to stay: API version 1.

Growth rules: hook arguments may be added (a hook gets only what it names), fields with defaults may
be added to the frozen values, new optional methods may be added to the base classes. Nothing else
changes without a new `API`.
"""

from .api_source import ApiConfig, ApiSource
from .base import API, Config, Plugin
from .cfdi_node import CfdiNode
from .consulta import expresion_impresa
from .errors import (
    ConfigError,
    ContractError,
    DataError,
    HubError,
    InDoubtError,
    SignatureError,
    TransientError,
)
from .fields import FieldPaths, Fields, plain_name, text_of
from .hooks import Draft, Event, Issuer, Objection, ProductCode, Specs, hookimpl
from .http import Answer, Basic, Bearer, Client, Http, exact_json
from .money import Exact, exact_amount, exponent_of, from_minor, iva_rate, number_of, rounded, spread
from .notifier import Attachment, Message, Notifier
from .pac import (
    CancelReceived,
    CancelRefused,
    CancelRequest,
    Capabilities,
    CfdiReference,
    CfdiStatus,
    NeverStamped,
    PacConfig,
    PacProvider,
    Rejected,
    Stamped,
    StampRequest,
    StillUnknown,
)
from .pac_operations import (
    AnswerRequest,
    AnswerTaken,
    Balance,
    Fetched,
    Issued,
    IssuerRegistration,
    NotFetched,
    Operation,
    Receiver,
    ReceiverCheck,
)
from .posted import PostedBuyer, PostedLine, PostedPart, PostedPayment, PostedRefund, PostedSale, PostedTax
from .sale import Buyer, Ignored, Line, Movement, Page, Payment, Record, Refund, Sale, Tax
from .source import Source, WebhookSource
from .timbre import Timbre, add_timbre, read_timbre, stamp_of
from .webhooks import RawRequest, verify_hmac, verify_standard_webhook, verify_stripe_style
from .write_back import Outcome, WritesBack
from .xml import parse_xml

__all__ = [
    "API",
    "Answer",
    "AnswerRequest",
    "AnswerTaken",
    "ApiConfig",
    "ApiSource",
    "Attachment",
    "Balance",
    "Basic",
    "Bearer",
    "Buyer",
    "CancelReceived",
    "CancelRefused",
    "CancelRequest",
    "Capabilities",
    "CfdiNode",
    "CfdiReference",
    "CfdiStatus",
    "Client",
    "Config",
    "ConfigError",
    "ContractError",
    "DataError",
    "Draft",
    "Event",
    "Exact",
    "Fetched",
    "FieldPaths",
    "Fields",
    "Http",
    "HubError",
    "Ignored",
    "InDoubtError",
    "Issued",
    "Issuer",
    "IssuerRegistration",
    "Line",
    "Message",
    "Movement",
    "NeverStamped",
    "NotFetched",
    "Notifier",
    "Objection",
    "Operation",
    "Outcome",
    "PacConfig",
    "PacProvider",
    "Page",
    "Payment",
    "Plugin",
    "PostedBuyer",
    "PostedLine",
    "PostedPart",
    "PostedPayment",
    "PostedRefund",
    "PostedSale",
    "PostedTax",
    "ProductCode",
    "RawRequest",
    "Receiver",
    "ReceiverCheck",
    "Record",
    "Refund",
    "Rejected",
    "Sale",
    "SignatureError",
    "Source",
    "Specs",
    "StampRequest",
    "Stamped",
    "StillUnknown",
    "Tax",
    "Timbre",
    "TransientError",
    "WebhookSource",
    "WritesBack",
    "add_timbre",
    "exact_amount",
    "exact_json",
    "exponent_of",
    "expresion_impresa",
    "from_minor",
    "hookimpl",
    "iva_rate",
    "number_of",
    "parse_xml",
    "plain_name",
    "read_timbre",
    "rounded",
    "spread",
    "stamp_of",
    "text_of",
    "verify_hmac",
    "verify_standard_webhook",
    "verify_stripe_style",
]
