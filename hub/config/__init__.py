"""The configuration file: YAML to typed settings, with every problem told at once, where it is and what to do."""

from .deadline import Deadline
from .every import Every
from .instances import NotifierInstance, PacInstance, SourceInstance
from .issuer import CsdSettings, InvoicingSettings, IssuerSettings, MailSettings
from .portal import PortalSettings
from .products import ProductDefault, ProductRule
from .settings import (
    DatabaseSettings,
    EngineSettings,
    LogSettings,
    OperatorSettings,
    Settings,
    WebSettings,
)
from .taxes import TaxSettings

__all__ = [
    "CsdSettings",
    "DatabaseSettings",
    "Deadline",
    "EngineSettings",
    "Every",
    "InvoicingSettings",
    "IssuerSettings",
    "LogSettings",
    "MailSettings",
    "NotifierInstance",
    "OperatorSettings",
    "PacInstance",
    "PortalSettings",
    "ProductDefault",
    "ProductRule",
    "Settings",
    "SourceInstance",
    "TaxSettings",
    "WebSettings",
]
