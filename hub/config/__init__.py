"""The configuration file: YAML to typed settings, with every problem told at once, where it is and what to do."""

from .deadline import Deadline
from .document import Document
from .every import Every
from .example import example
from .instances import NotifierInstance, PacInstance, SourceInstance
from .issuer import CsdSettings, InvoicingSettings, IssuerSettings, MailSettings
from .load import load
from .pdf import PdfSettings
from .plugin_options import PluginConfigs, PluginOptions, check_options, read_options
from .portal import PortalSettings
from .problems import ConfigProblems, Problem
from .products import ProductDefault, ProductRule
from .sat import SatSettings
from .schema import schema
from .settings import (
    DatabaseSettings,
    EngineSettings,
    LogSettings,
    OperatorEvent,
    OperatorSettings,
    Settings,
    WebSettings,
)
from .show import Shown, show, shown
from .taxes import TaxSettings
from .vault import FILE as VAULT_FILE
from .vault import Vault, VaultError, write_private
from .vault_key import VaultKeys, find_keys, new_key, variables_for

__all__ = [
    "VAULT_FILE",
    "ConfigProblems",
    "CsdSettings",
    "DatabaseSettings",
    "Deadline",
    "Document",
    "EngineSettings",
    "Every",
    "InvoicingSettings",
    "IssuerSettings",
    "LogSettings",
    "MailSettings",
    "NotifierInstance",
    "OperatorEvent",
    "OperatorSettings",
    "PacInstance",
    "PdfSettings",
    "PluginConfigs",
    "PluginOptions",
    "PortalSettings",
    "Problem",
    "ProductDefault",
    "ProductRule",
    "SatSettings",
    "Settings",
    "Shown",
    "SourceInstance",
    "TaxSettings",
    "Vault",
    "VaultError",
    "VaultKeys",
    "WebSettings",
    "check_options",
    "example",
    "find_keys",
    "load",
    "new_key",
    "read_options",
    "schema",
    "show",
    "shown",
    "variables_for",
    "write_private",
]
