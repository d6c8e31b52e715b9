import subprocess
import sys

import pluggy
import pytest
from pydantic import ValidationError

import connectors.shopify
from connectors.shopify.config import ShopifyConfig
from connectors.shopify.source import ShopifySource
from connectors.shopify.testing_graphql import Execution
from connectors.shopify.testing_parser import GraphqlError, Parser
from connectors.shopify.testing_schema import SCHEMA
from hub.plugin import API, Specs


def test_the_package_brings_the_source_by_its_hook():
    manager = pluggy.PluginManager("hub")
    manager.add_hookspecs(Specs)
    manager.register(connectors.shopify)

    assert manager.hook.hub_sources() == [[ShopifySource]]
    assert (ShopifySource.name, ShopifySource.api, ShopifySource.config_type) == ("shopify", API, ShopifyConfig)


def test_loading_the_package_loads_nothing_of_it_yet():
    loaded = "import sys, connectors.shopify; print([m for m in sys.modules if 'shopify' in m])"

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert told == "['connectors.shopify']\n"


@pytest.mark.parametrize(
    "config",
    [
        {"shop": "tienda.myshopify.com"},
        {"shop": "tienda.myshopify.com", "client_id": "x"},
        {"shop": "tienda.mx", "access_token": "shpat_x"},
        {"shop": "tienda.myshopify.com", "access_token": "shpat_x", "api_version": "latest"},
        {"shop": "tienda.myshopify.com", "access_token": "shpat_x", "formas_pago": {"paypal": "6"}},
    ],
)
def test_a_configuration_that_cannot_work_is_refused(config):
    with pytest.raises(ValidationError):
        ShopifyConfig.model_validate(config)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{ shop { name colour } }", "Field 'colour' doesn't exist on type 'Shop'"),
        ("{ shop }", "must have selections"),
        ("{ shop { name { first } } }", "Selections can't be made on scalars"),
        ("{ orders(limit: 5) { nodes { id } } }", "doesn't accept argument 'limit'"),
        ("{ orders { nodes { id } } }", "you must provide first"),
        ("{ orders(first: 251) { nodes { id } } }", "between 1 and 250"),
        ("{ shop { ...Gone } }", "Fragment Gone was used"),
        ("{ shop { name }", "unexpected end of file"),
        ("{ shop ; }", "unexpected ';'"),
    ],
)
def test_the_fake_refuses_what_shopify_would_refuse(query, said):
    with pytest.raises(GraphqlError, match=said.replace("(", r"\(")):
        Execution(SCHEMA, {}).checked(Parser(query).parse(), "QueryRoot")
