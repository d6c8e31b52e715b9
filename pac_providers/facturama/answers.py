"""What Facturama answers, as values; what does not look like it proves nothing."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.plugin import InDoubtError

M = TypeVar("M", bound=BaseModel)


class _Answered(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class TaxStamp(_Answered):
    """The stamp's part that is needed."""

    uuid: str = Field(alias="Uuid", min_length=36, max_length=36)


class Complement(_Answered):
    """Holds the stamp."""

    tax_stamp: TaxStamp = Field(alias="TaxStamp")


class Created(_Answered):
    """A new invoice. `id` is Facturama's own identifier."""

    id: str = Field(alias="Id", min_length=1)
    complement: Complement = Field(alias="Complement")


class Row(_Answered):
    """An invoice in a list."""

    id: str = Field(alias="Id", min_length=1)
    serie: str | None = Field(default=None, alias="Serie")
    folio: str | None = Field(default=None, alias="Folio")
    rfc: str = Field(alias="Rfc")
    rfc_issuer: str | None = Field(default=None, alias="RfcIssuer")
    total: Decimal = Field(alias="Total")
    uuid: str | None = Field(default=None, alias="Uuid")
    is_active: bool | None = Field(default=None, alias="IsActive")
    status: str | None = Field(default=None, alias="Status")

    @property
    def cancelled(self) -> bool:
        """Whether it is no longer in force."""
        return self.is_active is False or (self.status or "").lower().startswith("cancel")


class Download(_Answered):
    """A file."""

    content: str = Field(alias="Content", min_length=1)


class Cancelation(_Answered):
    """The answer to a cancellation; `status` has five values over both APIs."""

    status: str = Field(alias="Status", min_length=1)
    message: str | None = Field(default=None, alias="Message")
    acuse: str | None = Field(default=None, alias="AcuseXmlBase64")
    acuse_status: str | None = Field(default=None, alias="AcuseStatus")
    acuse_details: str | None = Field(default=None, alias="AcuseStatusDetails")


class Plan(_Answered):
    """The subscription. A number as text is met too."""

    plan: str = Field(default="", alias="Plan")
    folios: int = Field(alias="CurrentFolios")
    expires: datetime | None = Field(default=None, alias="ExpirationDate")

    @property
    def until(self) -> date | None:
        """Its last day."""
        return self.expires.date() if self.expires else None


class Verdict(_Answered):
    """Which of a receiver's data are SAT's."""

    exists: bool = Field(alias="ExistRfc")
    nombre: bool | None = Field(default=None, alias="MatchName")
    codigo_postal: bool | None = Field(default=None, alias="MatchZipCode")
    regimen_fiscal: bool | None = Field(default=None, alias="MatchFiscalRegime")


class SatStatus(_Answered):
    """SAT's words through Facturama."""

    status: str = Field(alias="Status")
    is_cancelable: str | None = Field(default=None, alias="IsCancelable")


class Csd(_Answered):
    """A certificate that Facturama keeps."""

    rfc: str = Field(alias="Rfc")


def read(model: type[M], body: Any) -> M:
    """The body as that model.

    Raises:
        InDoubtError: it does not look like it.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        wrong = ", ".join(sorted({".".join(map(str, fault["loc"])) or "all" for fault in error.errors()}))
        raise InDoubtError(f"Facturama's answer is not as documented: {wrong}") from None


def read_all(model: type[M], body: Any) -> list[M]:
    """A list of them; raises as `read`."""
    if not isinstance(body, list):
        raise InDoubtError("Facturama's answer is not the list that is documented")
    return [read(model, one) for one in body]


def decoded(content: str) -> bytes:
    """Base64 of either alphabet, padded or not.

    Raises:
        InDoubtError: it is no base64.
    """
    plain = content.strip().translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InDoubtError("Facturama's file is not base64") from error


def messages(body: Any) -> list[str]:
    """Everything a refusal says: its message and, field by field, what is wrong."""
    if not isinstance(body, Mapping):
        return []
    state = body.get("ModelState")
    details = [
        f"{str(field).removeprefix('cfdiToCreate.')}: {text}"
        for field, texts in (state.items() if isinstance(state, Mapping) else ())
        for text in (texts if isinstance(texts, list) else [texts])
    ]
    message = body.get("Message")
    return [*([message] if isinstance(message, str) and message.strip() else []), *details]
