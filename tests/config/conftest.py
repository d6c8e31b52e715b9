import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator

from hub.config import ConfigProblems, PluginConfigs, Settings, load
from hub.plugin import Config, PacConfig

CANARY = "canary-7f3a91c4e2"


class ShopConfig(Config):
    api_key: SecretStr = Field(description="Shop panel, Developers, API keys; restricted, read orders")
    shop: str = Field(default="main", description="which shop")
    page_size: int = Field(default=100, ge=1, le=500, description="records on a page")
    columns: dict[str, str] = Field(default={}, description="our word: the column's name")
    names: dict[Literal["order", "buyer"], str] = Field(default={}, description="where the shop keeps them")
    inbox: Path = Field(default=Path("inbox"), description="where deliveries are put")
    folder: Path | None = Field(default=None, description="where its files are")

    @field_validator("shop")
    @classmethod
    def _known(cls, shop: str) -> str:
        if shop.startswith("bad"):
            raise ValueError(f"there is no shop {shop}")
        return shop


class AccountConfig(PacConfig):
    username: str = Field(description="user at the PAC")
    password: SecretStr = Field(description="password at the PAC")


class SandboxConfig(PacConfig):
    environment: Literal["sandbox"] = Field(default="sandbox", description="always sandbox")


class Smtp(BaseModel):
    host: str = Field(description="name of the server")
    port: int = Field(default=587, description="port of the server")


class MailConfig(Config):
    sender: str = Field(description="address that the mail comes from", examples=["facturas@tienda.example"])
    smtp: Smtp = Field(description="the server that takes the mail")
    password: SecretStr | None = Field(default=None, description="password at the server")


PLUGINS = PluginConfigs(
    pacs={"finkok": AccountConfig, "sandbox": SandboxConfig},
    sources={"shop": ShopConfig},
    notifiers={"email": MailConfig},
)

GOOD = """\
version: 1
environment: test
issuers:
  tienda:
    rfc: EKU9003173C9
    nombre: ESCUELA KEMPER URGATE
    regimen_fiscal: 601
    codigo_postal: 06000
    csd:
      certificate: {$file: csd.cer}
      private_key: {$file: csd.key}
      password: {$env: CSD_PASSWORD}
    pac: principal
pacs:
  principal:
    use: sandbox
sources:
  web:
    use: shop
    issuer: tienda
    every: 15 minutes
    start: 2026-01-01
    api_key: {$env: SHOP_KEY}
notifiers:
  mail:
    use: email
    sender: facturas@tienda.example
    smtp:
      host: mail.tienda.example
"""

ENVIRON = {"CSD_PASSWORD": CANARY + "-csd", "SHOP_KEY": CANARY + "-shop"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "csd.cer").write_bytes(b"\x30\x82certificate")
    (tmp_path / "csd.key").write_bytes(b"\x30\x82" + CANARY.encode())
    return tmp_path


@pytest.fixture
def write(folder: Path) -> Callable[[str], Path]:
    def _write(text: str) -> Path:
        path = folder / "config.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return _write


@pytest.fixture
def read(write: Callable[[str], Path]) -> Callable[[str], Settings]:
    def _read(text: str) -> Settings:
        return load(write(text), plugins=PLUGINS, environ=ENVIRON)

    return _read


@pytest.fixture
def refused(read: Callable[[str], Settings]) -> Callable[[str], ConfigProblems]:
    def _refused(text: str) -> ConfigProblems:
        with pytest.raises(ConfigProblems) as caught:
            read(text)
        return caught.value

    return _refused
