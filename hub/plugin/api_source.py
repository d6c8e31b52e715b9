"""The contract of a source whose records are posted to the hub: by REST, by Zapier, by hand. Nobody is asked."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, TypeVar, cast

from pydantic import Field, ValidationError

from .base import Config
from .errors import DataError
from .http import Http
from .posted import Method, Posted, PostedPayment, PostedRefund, PostedSale
from .posted_mapping import payment_of, refund_of, sale_of
from .posted_values import FormaPago
from .sale import Movement, Page, Record
from .source import Source
from .webhooks import RawRequest

Kind = Literal["sale", "refund", "payment"]
KIND, LIVE = "hub-kind", "hub-live"
"""The headers with which the hub keeps a posted body: what it is, and whether a live key sent it."""


class ApiConfig(Config):
    """Configuration of a source that is posted to."""

    sees: Literal["own", "issuer"] = Field(
        default="own",
        description="Which sales its API keys may read and hear of: own (that came by this source) or issuer (all)",
    )
    formas_pago: Mapping[Method, FormaPago] = Field(
        default_factory=dict,
        description="c_FormaPago by method of payment, over the built-in table, e.g. {bnpl: '03', gift_card: '05'}",
    )


C = TypeVar("C", bound=ApiConfig)


class ApiSource(Source[C]):
    """A source that is posted to. Subclass it as `class Acme(ApiSource[AcmeConfig])`; only a `name` is needed.

    The hub checks key, size and schema, commits the raw body, and hands it over as `record` and `to_sale` map it.
    """

    bodies: ClassVar[Mapping[Kind, type[Posted]]] = {
        "sale": PostedSale,
        "refund": PostedRefund,
        "payment": PostedPayment,
    }

    def check(self, http: Http) -> str:  # noqa: ARG002 (nobody is asked)
        """There is nobody to ask."""
        return "waits for what is sent to it; nobody is asked"

    def pages(self, http: Http, since: datetime) -> Iterator[Page]:  # noqa: ARG002 (nobody is asked)
        """Nothing: what there is was posted."""
        return iter(())

    def record(self, request: RawRequest) -> Record:
        """The record of a stored body.

        Raises:
            DataError: the body is not a JSON object.
        """
        return {
            "kind": request.header(KIND),
            "live": request.header(LIVE) == "true",
            "body": posted_json(request.body),
        }

    def to_sale(self, record: Record) -> Movement:
        """One posted body -> sale, refund or payment.

        Raises:
            DataError: it does not fit its schema.
        """
        kind = record.get("kind")
        if kind not in self.bodies:
            raise DataError(f"{kind!r} is no kind of record", hint=f"known are {', '.join(self.bodies)}", field="kind")
        try:
            return self.movement(self.bodies[cast("Kind", kind)].model_validate(record.get("body")), record)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = (*first["loc"], first.get("ctx", {}).get("field"))
            field = ".".join(str(part) for part in place if part is not None)
            said = f"{field or 'body'}: {first['msg']}"
            raise DataError(said, hint="correct it and send it again", field=field) from error

    def movement(self, body: Posted, record: Record) -> Movement:
        """What a valid body is in the hub's terms.

        Raises:
            DataError: its amounts do not add up; `field` names the place, such as `lines.0.taxes`.
        """
        match body:
            case PostedSale():
                return sale_of(body, self.config.formas_pago, live=bool(record.get("live")))
            case PostedRefund():
                return refund_of(body)
            case PostedPayment():
                return payment_of(body, self.config.formas_pago)
        raise DataError(f"{type(body).__name__} is no movement of money")


def posted_json(body: bytes) -> dict[str, Any]:
    """The object that a body holds, its numbers exact.

    Raises:
        DataError: not UTF-8, not JSON, not an object, or a field stands twice.
    """
    try:
        found = json.loads(
            body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once_each
        )
    except UnicodeDecodeError as error:
        raise DataError("the body is not UTF-8", hint="send JSON in UTF-8") from error
    except DataError:
        raise
    except RecursionError as error:
        raise DataError("the body is nested too deep to be read") from error
    except (ValueError, ArithmeticError) as error:
        raise DataError("the body is not JSON", hint=f"a JSON reader says: {str(error)[:200]}") from error
    if not isinstance(found, dict):
        raise DataError("the body is not a JSON object", hint='it begins with {"external_id": ...')
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"the field {twice[:60]!r} stands twice", hint="a field has one value", field=twice[:60])
    return found
