"""A fake Airtable whose clock stands still, and a source that talks to it over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.airtable.config import AirtableConfig
from connectors.airtable.source import AirtableSource
from connectors.airtable.testing import FakeAirtable, mac_secret
from hub.plugin import DataError, Http, Movement, Record

TYPES = {
    "folio": "singleLineText",
    "fecha": "singleLineText",
    "cliente": "singleLineText",
    "moneda": "singleSelect",
    "estado": "singleSelect",
    "email": "email",
    "sku": "singleLineText",
    "descripcion": "singleLineText",
    "cantidad": "number",
    "precio_unitario": "currency",
    "descuento": "currency",
    "iva": "currency",
    "total": "currency",
    "forma_pago": "singleSelect",
    "rfc": "singleLineText",
    "razon_social": "singleLineText",
    "regimen_fiscal": "singleLineText",
    "uso_cfdi": "singleLineText",
    "cp": "singleLineText",
    "ultima_modificacion": "lastModifiedTime",
    "lista_para_facturar": "checkbox",
    "cfdi_estado": "singleLineText",
    "cfdi_folio": "singleLineText",
    "cfdi_uuid": "singleLineText",
    "cfdi_error": "multilineText",
    "cfdi_liga": "url",
    "cfdi_fecha": "dateTime",
}
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
SALE = {"folio": "PED-1", "fecha": "2026-11-20 11:52", "total": 1160, "estado": "pagado", "lista_para_facturar": True}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 17, 52, 31, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


class World:
    """The fake, the source, and the shortest way between them."""

    def __init__(self, url: str, fake: FakeAirtable) -> None:
        self.url, self.fake = url, fake
        self.table = fake.table("Ventas", TYPES)
        self.hook = fake.hook()
        self.use()

    def use(self, **config: object) -> None:
        given = {
            "token": self.fake.token,
            "base": self.fake.base,
            "table": "Ventas",
            "filter": "{lista_para_facturar}",
            "mac_secret": mac_secret(self.hook),
            "api_url": self.url,
            "per_second": 50,
            **config,
        }
        if hasattr(self, "http"):
            self.http.close()
        self.source = AirtableSource(AirtableConfig.model_validate(given))
        self.http = Http.of(self.source.client())

    def sell(self, **fields: Any) -> str:
        return self.fake.add(self.table, {**SALE, **fields})

    def records(self, since: datetime = BEGINNING) -> list[Record]:
        return [record for page in self.source.pages(self.http, since) for record in page.records]

    def pulled(self, since: datetime = BEGINNING) -> list[Movement | DataError]:
        return [self.mapped(record) for record in self.records(since)]

    def mapped(self, record: Record) -> Movement | DataError:
        try:
            return self.source.to_sale(record)
        except DataError as error:
            return error


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> Iterator[World]:
    fake = FakeAirtable(clock=clock)
    with fake.serving() as url:
        made = World(url, fake)
        yield made
        made.http.close()
