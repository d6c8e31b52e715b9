"""What the API refuses, as RFC 9457 problem details: what is wrong, where, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from hub.secrecy import masked

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status, its title, and what its sender should do."""

    status: int
    title: str
    advice: str


KINDS: Mapping[str, Kind] = {
    "invalid-request": Kind(400, "The request cannot be read", "Correct the header or the address."),
    "invalid-json": Kind(400, "The body is not JSON", "Send one JSON object in UTF-8; each field once."),
    "unauthorized": Kind(401, "There is no valid API key", "Send `Authorization: Bearer <key>`."),
    "wrong-mode": Kind(
        403, "The key is of the other mode", "A test key works at a hub that tries, a live key at one that invoices."
    ),
    "not-found": Kind(404, "There is no such thing", "Look at the identifier; a key sees only what is its source's."),
    "wrong-method": Kind(405, "This address does not take that method", "The documentation names the methods."),
    "too-slow": Kind(408, "The body took too long to arrive", "Send it again."),
    "key-conflict": Kind(
        409, "The Idempotency-Key was used for another request", "Use a new key for each request; repeat only the same."
    ),
    "id-conflict": Kind(
        409, "The external_id was used for another body", "Use another external_id, or correct the first with PUT."
    ),
    "too-many-hooks": Kind(409, "There are too many subscriptions", "Take some away."),
    "too-large": Kind(413, "The body is too large", "Send one sale in each request."),
    "not-json": Kind(415, "The body must be JSON", "Send `Content-Type: application/json`."),
    "invalid-body": Kind(422, "Some fields are wrong", "Correct every place that `errors` names and send it again."),
    "too-many-requests": Kind(429, "There are too many requests", "Wait as many seconds as Retry-After says."),
    "try-again": Kind(503, "It cannot be done now", "Nothing was done; send the same again later."),
}
"""Every problem that the API knows, by the end of its `type`."""


class Place(BaseModel):
    """One thing that is wrong, and where."""

    pointer: str = Field(description="JSON pointer (RFC 6901) into the body, or the name of a parameter")
    field: str = Field(description="the same place in words, such as lines[0].quantity")
    message: str = Field(description="what is wrong there")
    hint: str = Field(default="", description="what to do")


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = Field(description="address of the page that explains this kind of problem")
    title: str = Field(description="the kind of problem")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what is wrong with this request")
    hint: str = Field(description="what to do")
    errors: list[Place] = Field(default=[], description="all that is wrong, if it is in the body")


class ProblemError(Exception):
    """Ends a request with a problem; `kind` is one of KINDS."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        hint: str = "",
        errors: Sequence[Place] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.hint = hint
        self.errors = errors
        self.headers = headers


def answer(error: ProblemError, docs_url: str) -> JSONResponse:
    """The problem as it is sent."""
    kind = KINDS[error.kind]
    problem = Problem(
        type=f"{docs_url}#{error.kind}",
        title=kind.title,
        status=kind.status,
        detail=masked(error.detail),
        hint=masked(error.hint) or kind.advice,
        errors=[place.model_copy(update={"message": masked(place.message)}) for place in error.errors],
    )
    content = problem.model_dump(mode="json", exclude_defaults=True)
    return JSONResponse(content, kind.status, headers=dict(error.headers or {}), media_type=MEDIA_TYPE)


def at(path: Sequence[str | int], message: str, hint: str = "") -> Place:
    """A place in the body."""
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
    return Place(pointer=pointer, field=words, message=message, hint=hint)
