"""A fresh portal for each test."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from starlette.types import ASGIApp

from tests.web.portal.preview import MemoryPortal, portal_app


@pytest.fixture
def portal() -> MemoryPortal:
    return MemoryPortal()


@pytest.fixture
def address(portal: MemoryPortal, serve: Callable[[ASGIApp], str]) -> str:
    return serve(portal_app(portal))


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """A browser's manners without a browser: forms come from our own pages."""
    with httpx.Client(base_url=address, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        yield client
