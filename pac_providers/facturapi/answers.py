"""What Facturapi answers, as values; what does not look like it proves nothing."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.plugin import Answer, InDoubtError

M = TypeVar("M", bound=BaseModel)


class _Answered(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class Invoice(_Answered):
    """An invoice. `status` is pending, valid, canceled, draft or failed."""

    id: str = Field(min_length=1)
    status: str
    uuid: str | None = None
    external_id: str | None = None
    cancellation_status: str | None = None


class Page(_Answered):
    """Invoices that a search found."""

    data: tuple[Invoice, ...]
    total_pages: int | None = None


class Legal(_Answered):
    """Fiscal data of the organization."""

    legal_name: str | None = None
    tax_id: str | None = None


class Step(_Answered):
    """What is left to do before real invoices can be made."""

    type: str


class Organization(_Answered):
    """The account of one issuer. `id` is Facturapi's own identifier."""

    id: str = ""
    legal: Legal
    is_production_ready: bool | None = None
    pending_steps: tuple[Step, ...] = ()


class Detail(_Answered):
    """One reason. `source` is facturapi, sat or pac; the codes of the last two are theirs."""

    code: str
    message: str = ""
    source: str = ""
    path: str | None = None


class Refused(_Answered):
    """An error. `code` is stable, `message` is for people."""

    code: str = Field(min_length=1)
    message: str
    errors: tuple[Detail, ...] = ()


def read(model: type[M], body: Any) -> M:
    """The body as that model.

    Raises:
        InDoubtError: it does not look like it.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, fault["loc"])) or "all" for fault in error.errors()}))
        raise InDoubtError(f"Facturapi's answer is not as documented: {wrong}") from None


def refused(answer: Answer) -> Refused:
    """The error of an answer that is not 2xx; raises as `read`."""
    if answer.status not in {400, 402, 413, 422}:
        raise InDoubtError(f"Facturapi answers HTTP {answer.status}")
    return read(Refused, answer.json())
