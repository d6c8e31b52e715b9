"""A body against its model: all that is wrong at once, each with its place and what to do."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hub.config.shape import annotation_at, fields_of, section_of
from hub.config.suggest import did_you_mean

from .problems import Place, ProblemError, at

M = TypeVar("M", bound=BaseModel)
MOST = 100
"""More places than these help nobody."""


def validated(model: type[M], body: dict[str, Any]) -> M:
    """The body as its model.

    Raises:
        ProblemError: with every place that is wrong.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        places = [_place(model, one) for one in error.errors(include_url=False, include_input=False)]
        raise refused(places) from None


def refused(places: Sequence[Place]) -> ProblemError:
    """The problem that names these places."""
    first = places[0]
    more = f", and {len(places) - 1} more" if len(places) > 1 else ""
    return ProblemError("invalid-body", f"{first.field or 'the body'} {first.message}{more}", errors=places[:MOST])


def path_of(field: str) -> list[str | int]:
    """`lines.0.taxes` -> the steps to it."""
    return [int(part) if part.isdecimal() else part for part in field.split(".") if part]


def _place(model: type[BaseModel], error: ErrorDetails) -> Place:
    context = error.get("ctx", {})
    steps = [*error["loc"], *([context["field"]] if error["type"] == "posted" else [])]
    return at(steps, _message(error, context), _hint(model, error))


def _message(error: ErrorDetails, context: dict[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not a known field"
        case "literal_error" | "enum":
            return f"must be {context.get('expected', 'one of the known words')}"
        case "value_error":
            return str(context.get("error", error["msg"]))
        case "posted":
            return error["msg"]
    return error["msg"].replace("Input should", "must").replace("String should", "must").replace("Tuple should", "must")


def _hint(model: type[BaseModel], error: ErrorDetails) -> str:
    if error["type"] != "extra_forbidden":
        return ""
    *above, name = error["loc"]
    section = section_of(annotation_at(model, tuple(above)))
    known = fields_of(section) if section else {}
    return (did_you_mean(str(name), known) or f"; known are {', '.join(known)}").removeprefix("; ")
