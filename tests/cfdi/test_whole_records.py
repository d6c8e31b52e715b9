"""Documents are built without the constructors of their types, which would notice a missing field."""

from collections.abc import Iterator

from hypothesis import given

from tests.support.built_documents import built_documents


def records(value: object) -> Iterator[tuple]:
    if isinstance(value, tuple):
        if hasattr(value, "_fields"):
            yield value
        for item in value:
            yield from records(item)


@given(built_documents())
def test_every_record_has_every_field(document):
    for found in records(document):
        assert len(found) == len(found._fields), type(found).__name__
