"""Bytes as a careless or hostile sender makes them: good ones with some damage, and some that were never good."""

import bz2
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
PIECES = [
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\r\n", b" ", b"\x1f", b"\x85"),
    *(
        b"<",
        b">",
        b"&",
        b'"',
        b"'",
        b"]]>",
        b"<!--",
        b"<![CDATA[",
        b"<?",
        b"<!DOCTYPE a[",
        b"&#0;",
        b"&#xD800;",
        b"&x;",
    ),
    *(b"{", b"}", b"[", b"]", b",", b":", b"null", b"NaN", b"-Infinity", b"1e999999", b"1e999999999999999999", b"-0"),
    *(
        b"\\u0000",
        b"\\ud800",
        b"\\",
        b"%00",
        b"%",
        b"=",
        b";",
        b"&",
        b"\t",
        b"'''",
        b"*a",
        b"!!python/object:os.system",
    ),
    *(b"9" * 30, b"9" * 400, b"9" * 5000, b"-1", b"0", b"2026-02-30", b"9999-12-31T23:59:59", b"0001-01-01T00:00:00"),
    *(
        "ñ".encode(),
        "\u202e".encode(),
        "\U0001f600".encode(),
        "İß".encode(),
        "\u0661".encode(),
        b"a" * 300,
        b"a" * 5000,
    ),
]
"""What is put into the middle of good bytes."""
VALUES = [
    *("null", "true", "false", "0", "-1", "1.5", '""', '" "', "[]", "{}", "[[]]", "[{}]", '{"": null}', '"x"'),
    *("NaN", "Infinity", "-Infinity", "1e999999", "-1e999999", "1e-999999", "1e999999999999999999", "0.1e-999999999"),
    *("9" * 19, "9" * 24, "9" * 400, "9" * 5000, "0." + "9" * 400, f'"{"9" * 5000}"', '"1e999999999"', '"NaN"'),
    *('"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udfff\\ud800"', '"\u202e"', '"\U0001f600"', '"İßŉ"', '"\u0661"'),
    *(
        f'"{"a" * 101}"',
        f'"{"ß" * 100}"',
        f'"{"a" * 255}"',
        f'"{"a" * 5000}"',
        f'"{"a@b." * 80}mx"',
        '"<b>&"',
        '"%s{0}"',
    ),
    *("[" * 60 + "]" * 60, "[" * 20_000 + "]" * 20_000, '{"a":' * 20_000 + "1" + "}" * 20_000, '"2026-02-30"'),
    *('"9999-12-31T23:59:59-14:00"', '"0001-01-01T00:00:00+14:00"', '"2026-11-01"', '["a", 1, null]', '{"id": {}}'),
]
"""What stands in the place of a JSON value, as it is written."""
HOSTILE = [
    *(b"", b"\0", b"null", b"[]", b"{}", b"17", b'"text"', b"{", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b" " * 1000),
    *(b"[" * 20_000, b'{"a":' * 20_000, b"9" * 5000, b"-" * 5000, b"<a>" * 20_000, b"<html><body>hello</body></html>"),
    f'<!DOCTYPE a [<!ENTITY l0 "ja">{LAUGHS}]><a b="&l11;">&l11;</a>'.encode(),
    f'<!DOCTYPE c [<!ENTITY a "{"a" * 50_000}">]><c>{"&a;" * 20_000}</c>'.encode(),
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
    gzip.compress(b"0" * 1_000_000),
    bz2.compress(b"0" * 1_000_000),
]
"""What was never good."""
CODES = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp037"]
_HERE = "here-stands-another-value"


def damaged(*good: bytes) -> st.SearchStrategy[bytes]:
    """One of the good ones with bytes turned, cut out, doubled or put in, or in another encoding; or a hostile one."""
    seeds = st.sampled_from(good)
    edited = st.builds(_edited, seeds, st.lists(_EDIT, min_size=1, max_size=4))
    spliced = st.builds(_spliced, seeds, st.sampled_from([*good, *HOSTILE]), _PLACE, _PLACE)
    return edited | spliced | st.builds(_in_code, seeds, st.sampled_from(CODES)) | st.sampled_from(HOSTILE)


def wrong_json(*good: Any) -> st.SearchStrategy[bytes]:
    """One of the good values with a wrong one somewhere inside, a key missing, or a key written twice."""
    texts = st.builds(
        _wrong, st.sampled_from(good), _PLACE, st.sampled_from(VALUES), st.sampled_from(["put", "double"])
    )
    return texts.map(lambda text: text.encode("utf-8", "surrogatepass"))


def replaced_json(good: Any, place: int, value: str) -> bytes:
    """A value as JSON with another one, as it is written, somewhere inside."""
    return _wrong(good, place, value, "put").encode("utf-8", "surrogatepass")


def edits() -> st.SearchStrategy[Callable[[bytes], bytes]]:
    """Some damage, to be done to bytes that are not known yet."""
    return st.lists(_EDIT, min_size=1, max_size=4).map(lambda several: lambda good: _edited(good, several))


def wrong_object(*good: Any) -> st.SearchStrategy[Any]:
    """The same as values of Python: what a lenient reader could have made of such JSON."""
    return st.builds(_replaced, st.sampled_from(good), _PLACE, st.sampled_from(OBJECTS))


_PLACE = st.integers(0, 2**20)
_EDIT = st.tuples(
    st.sampled_from(["flip", "cut", "end", "put", "double"]), _PLACE, st.integers(0, 60), st.sampled_from(PIECES)
)
OBJECTS: list[Any] = [
    *(None, True, 0, -1, 10**19, 10**30, 1.5, float("nan"), float("inf"), "", "x", "\0", "a\0b", "\ud800", "İß" * 60),
    *([], {}, [[]], [{}], {"": None}, ["a", 1, None], {1: 2, "a": 3}, "a" * 101, "a" * 255, "a" * 5000, b"bytes"),
    *("NaN", "1e999999999", "9" * 5000, "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30"),
]


def _edited(good: bytes, edits: list[tuple[str, int, int, bytes]]) -> bytes:
    text = bytearray(good)
    for kind, place, length, piece in edits:
        at = place % (len(text) + 1)
        match kind:
            case "flip" if text:
                text[at % len(text)] ^= 1 << length % 8
            case "cut":
                del text[at : at + length]
            case "end":
                del text[at:]
            case "put":
                text[at : at + length // 4] = piece
            case "double":
                text[at:at] = text[at : at + length]
    return bytes(text)


def _spliced(one: bytes, other: bytes, end: int, start: int) -> bytes:
    return one[: end % (len(one) + 1)] + other[start % (len(other) + 1) :]


def _in_code(good: bytes, code: str) -> bytes:
    return good.decode("utf-8", "replace").encode(code, "replace")


def _wrong(good: Any, place: int, value: str, how: str) -> str:
    text = json.dumps(_replaced(good, place, _HERE), ensure_ascii=False)
    if how == "double":
        name = json.dumps(next(iter(good), "id")) if isinstance(good, dict) else '"id"'
        text = text.replace("{", f"{{{name}: {value}, ", 1)
    return text.replace(json.dumps(_HERE), value)


def _replaced(good: Any, place: int, value: Any) -> Any:
    places = list(_places(good, ()))
    path = places[place % len(places)]
    return _with(good, path, value)


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(inner, (*path, key))


def _with(value: Any, path: Sequence[Any], new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    if isinstance(value, dict):
        return {name: _with(inner, rest, new) if name == key else inner for name, inner in value.items()}
    return [_with(inner, rest, new) if index == key else inner for index, inner in enumerate(value)]
