"""Everything a plugin may import, and all that is promised to stay: API version 1.

Growth rules: hook arguments may be added (a hook gets only what it names), fields with defaults may
be added to the frozen values, new optional methods may be added to the base classes. Nothing else
changes without a new `API`.
"""

from .base import API, Config, Plugin
from .cfdi_node import CfdiNode
from .errors import (
    ConfigError,
    ContractError,
    DataError,
    HubError,
    InDoubtError,
    SignatureError,
    TransientError,
)
from .hooks import Draft, Event, Issuer, Objection, ProductCode, Specs, hookimpl
from .http import Answer, Basic, Bearer, Client, Http, exact_json
from .money import Exact, exponent_of, from_minor, rounded
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
    IssuerRegistration,
    NotFetched,
    Operation,
    Receiver,
    ReceiverCheck,
)
from .sale import Buyer, Ignored, Line, Movement, Page, Payment, Record, Refund, Sale, Tax
from .source import Source, WebhookSource
from .timbre import Timbre, add_timbre, read_timbre, stamp_of
from .webhooks import RawRequest, verify_hmac, verify_standard_webhook, verify_stripe_style
from .xml import parse_xml

__all__ = [
    "API",
    "Answer",
    "AnswerRequest",
    "AnswerTaken",
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
    "Http",
    "HubError",
    "Ignored",
    "InDoubtError",
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
    "PacConfig",
    "PacProvider",
    "Page",
    "Payment",
    "Plugin",
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
    "add_timbre",
    "exact_json",
    "exponent_of",
    "from_minor",
    "hookimpl",
    "parse_xml",
    "read_timbre",
    "rounded",
    "stamp_of",
    "verify_hmac",
    "verify_standard_webhook",
    "verify_stripe_style",
]
