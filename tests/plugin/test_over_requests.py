"""SDKs built on requests speak through the hub's Http: exact numbers, the hub's errors, no credentials of their own."""

import dataclasses
from decimal import Decimal

import httpx
import pytest
import requests
from pydantic import SecretStr

from hub.plugin import Bearer, Client, Http, TransientError, over_requests


def session(answer, judge=lambda answer, where: None, **options):
    client = Client("https://api.example", Bearer(SecretStr("s3cret-token")), transport=httpx.MockTransport(answer))
    return over_requests.session_over(Http.of(dataclasses.replace(client)), judge, **options)


def test_numbers_are_exact_and_credentials_are_the_clients():
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(200, json={"total": 43.2})

    got = session(answer).post("https://api.example/x", json={"a": 1}, headers={"Authorization": "Bearer other"})

    assert got.json() == {"total": Decimal("43.2")}
    assert seen[0].headers["authorization"] == "Bearer s3cret-token"
    assert seen[0].headers["content-type"] == "application/json"
    assert seen[0].content == b'{"a": 1}'


def test_the_judge_sees_every_answer_with_a_place_that_hides_the_query():
    places = []
    session(lambda _: httpx.Response(404), lambda answer, where: places.append((answer.status, where))).get(
        "https://api.example/x?key=hidden"
    )

    assert places == [(404, "GET https://api.example/x")]


def test_what_is_no_json_is_tried_later():
    got = session(lambda _: httpx.Response(200, content=b"<html>")).get("https://api.example/x?a=1")

    with pytest.raises(TransientError, match="x: the body is not JSON"):
        got.json()


def test_a_broken_wire_is_the_hubs_error():
    def broken(request):
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(TransientError, match="ReadTimeout"):
        session(broken).get("https://api.example/x")


def test_an_address_can_be_moved():
    seen = []

    def answer(request):
        seen.append(str(request.url))
        return httpx.Response(200, json={})

    moved = session(answer, address=lambda url: url.replace("fixed.example", "api.example"))
    moved.get("https://fixed.example/y")

    assert seen == ["https://api.example/y"]


def test_a_stream_cannot_be_sent_because_it_could_not_be_sent_again():
    with pytest.raises(TypeError, match="streamed"):
        session(lambda _: httpx.Response(200)).post("https://api.example/x", data=iter([b"a"]))


def test_no_other_scheme_has_an_adapter():
    with pytest.raises(requests.exceptions.InvalidSchema):
        session(lambda _: httpx.Response(200)).get("file:///etc/passwd")
