"""Sources that break one promise each."""

import dataclasses
import json
import logging
import random
import socket
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import ClassVar

import structlog
from pydantic import Field, SecretStr

from hub.plugin import (
    Buyer,
    Client,
    Config,
    ConfigError,
    DataError,
    Ignored,
    Page,
    Refund,
    Sale,
    SignatureError,
    TransientError,
)
from tests.testing.acme import SECRET, WEBHOOK_SECRET, AcmeConfig, AcmeSource, delivery, event_of

LOCAL = timezone(timedelta(hours=-6))


class Undescribed(AcmeConfig):
    folder: str = ""


class PlainKey(Config):
    shop: str = Field(description="Subdomain")
    api_key: str = Field(description="Key")
    webhook_secret: SecretStr = Field(description="Webhook secret")


class PlainKeySource(AcmeSource):
    config_type = PlainKey

    def client(self):
        return Client(base_url="https://demo.acme.example", headers={"authorization": f"Bearer {self.config.api_key}"})


class DefaultSecret(AcmeConfig):
    api_key: SecretStr = Field(default=SecretStr(SECRET), description="Key")


class WithPin(AcmeConfig):
    pin: SecretStr = Field(description="A secret too short to be found in a log")


class OtherApi(AcmeSource):
    api = 99


class EmptyReason(AcmeSource):
    waivers: ClassVar = {"config_explains_every_field": " "}


class UnknownWaiver(AcmeSource):
    waivers: ClassVar = {"no_such_check": "because"}


class SilentCheck(AcmeSource):
    def check(self, http):
        super().check(http)
        return ""


class CheckWithoutACall(AcmeSource):
    def check(self, http):
        return "all is well"


class CheckSwallows(AcmeSource):
    def check(self, http):
        try:
            return super().check(http)
        except TransientError as error:
            raise ConfigError("wrong key") from error


class LogsKey(AcmeSource):
    def check(self, http):
        logging.getLogger("acme").debug("key %s", self.config.api_key.get_secret_value())
        return super().check(http)


class LogsKeyByStructlog(AcmeSource):
    def check(self, http):
        structlog.get_logger().info("asking", key=self.config.api_key.get_secret_value())
        return super().check(http)


class PrintsKey(AcmeSource):
    def check(self, http):
        print(self.config.api_key.get_secret_value())  # noqa: T201
        return super().check(http)


class KeyInAddress(AcmeSource):
    def check(self, http):
        return http.get("/me", {"key": self.config.api_key.get_secret_value()})["shop_name"]


class QuotesForeignAnswer(AcmeSource):
    def check(self, http):
        answer = http.read("GET", "/me")
        if answer.status == 422:
            raise ConfigError(answer.content.decode())
        return super().check(http)


class KeyInRepr(AcmeSource):
    def __repr__(self):
        return f"AcmeSource({self.config.api_key.get_secret_value()})"


class OnlyFirstPage(AcmeSource):
    def pages(self, http, since):
        yield next(super().pages(http, since))


class OnePage(AcmeSource):
    def pages(self, http, since):
        records = [record for page in super().pages(http, since) for record in page.records]
        yield Page(records)


class ReadsTwice(AcmeSource):
    def pages(self, http, since):
        for page in super().pages(http, since):
            yield page
            yield page


class NewKeys(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        return movement.model_copy(update={"id": f"acme:{movement.id}"}) if isinstance(movement, Sale) else movement


class ForeignObjects(AcmeSource):
    def pages(self, http, since):
        for page in super().pages(http, since):
            yield Page([{**r, "when": datetime.fromisoformat(r["sold_at"])} for r in page.records], page.complete_until)


class ForeignDict(AcmeSource):
    def pages(self, http, since):
        for page in super().pages(http, since):
            yield Page([type("Row", (dict,), {})(r) for r in page.records], page.complete_until)


class ExclusiveSince(AcmeSource):
    def pages(self, http, since):
        return super().pages(http, since + timedelta(seconds=1))


class PromisesTooMuch(AcmeSource):
    def pages(self, http, since):
        for page in super().pages(http, since):
            yield Page(page.records, page.complete_until and page.complete_until + timedelta(days=9))


class EmptyOn403(AcmeSource):
    def pages(self, http, since):
        with suppress(ConfigError):
            yield from super().pages(http, since)


class EmptyOnLater403(AcmeSource):
    def pages(self, http, since):
        seen = False
        try:
            for page in super().pages(http, since):
                yield page
                seen = True
        except ConfigError:
            if not seen:
                raise


class ForgivesGarbage(AcmeSource):
    def pages(self, http, since):
        try:
            yield from super().pages(http, since)
        except TransientError as error:
            if "not JSON" not in str(error):
                raise


class EverythingIsConfig(AcmeSource):
    def pages(self, http, since):
        try:
            yield from super().pages(http, since)
        except TransientError as error:
            raise ConfigError("bad") from error


class ForgetsRetryAfter(AcmeSource):
    def pages(self, http, since):
        try:
            yield from super().pages(http, since)
        except TransientError as error:
            raise TransientError("slow down") from error


def sale_with(movement, **changes):
    return movement.model_copy(update=changes) if isinstance(movement, Sale) else movement


class Floats(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        return sale_with(movement, total=Decimal(float(movement.total))) if isinstance(movement, Sale) else movement


class FloatLines(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        if not isinstance(movement, Sale):
            return movement
        return sale_with(movement, lines=tuple(line.model_copy(update={"quantity": 1.0}) for line in movement.lines))


class Centavos(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        if not isinstance(movement, Sale):
            return movement
        fields = ("unit_price", "discount", "total")
        lines = (line.model_copy(update={f: getattr(line, f) * 100 for f in fields}) for line in movement.lines)
        return sale_with(movement, total=movement.total * 100, lines=tuple(lines))


class DropsALine(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        return sale_with(movement, lines=movement.lines[:1]) if isinstance(movement, Sale) else movement


class DiscountPerUnit(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        if not isinstance(movement, Sale):
            return movement
        lines = (x.model_copy(update={"discount": x.discount / x.quantity}) for x in movement.lines)
        return sale_with(movement, lines=tuple(lines))


class Counts(AcmeSource):
    calls = 0

    def to_sale(self, record):
        type(self).calls += 1
        return sale_with(super().to_sale(record), reference=str(self.calls))


class Rolls(AcmeSource):
    def to_sale(self, record):
        return sale_with(super().to_sale(record), reference=str(random.random()))


class Mutates(AcmeSource):
    def to_sale(self, record):
        record["seen"] = True
        return super().to_sale(record)


class LooksUp(AcmeSource):
    def to_sale(self, record):
        with suppress(Exception):
            socket.create_connection(("192.0.2.1", 9), timeout=0.01)
        return super().to_sale(record)


class Repairs(AcmeSource):
    def to_sale(self, record):
        items = record.get("items") or [{"title": "?", "qty": 1, "price": Decimal(record["total"]), "discount": 0}]
        return super().to_sale({**record, "items": items})


class NaiveTimes(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        return (
            sale_with(movement, sold_at=movement.sold_at.replace(tzinfo=None))
            if isinstance(movement, Sale)
            else movement
        )


class NaivePromise(AcmeSource):
    def pages(self, http, since):
        for page in super().pages(http, since):
            yield Page(page.records, page.complete_until and page.complete_until.replace(tzinfo=None))


class DropsTheOffset(AcmeSource):
    def pages(self, http, since):
        return super().pages(http, since.replace(tzinfo=LOCAL))


# ---------------------------------------------------------------- webhooks


class RefusesAll(AcmeSource):
    def verify(self, request):
        raise SignatureError("no")


class BelievesAll(AcmeSource):
    def verify(self, request):
        request.header("acme-signature")


class BelievesTheUnsigned(AcmeSource):
    def verify(self, request):
        if "acme-signature" in request.headers:
            super().verify(request)


class CrashesWithoutHeader(AcmeSource):
    def verify(self, request):
        request.headers["acme-signature"]
        super().verify(request)


class CrashesOnRubbish(AcmeSource):
    def verify(self, request):
        int(request.header("acme-signature").split(",")[0].removeprefix("t="))
        super().verify(request)


class BelievesTheOld(AcmeSource):
    def verify(self, request):
        stamp = request.header("acme-signature").split(",")[0].removeprefix("t=")
        seconds = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 12 else 0
        then = datetime.fromtimestamp(seconds, request.received_at.tzinfo)
        super().verify(dataclasses.replace(request, received_at=then))


class SameKey(AcmeSource):
    def delivery_key(self, request):
        return event_of(request)["order"]


class KeyOfArrival(AcmeSource):
    def delivery_key(self, request):
        return super().delivery_key(request) + str(request.received_at)


class HandlesOnce(AcmeSource):
    known: ClassVar = set()

    def changed(self, request):
        key = self.delivery_key(request)
        if key in self.known:
            return Ignored("seen")
        self.known.add(key)
        return super().changed(request)


class TrustsTheOrder(AcmeSource):
    """Takes the event for the record, and gives it no time of change."""

    def changed(self, request):
        event = event_of(request)
        if "order" not in event:
            raise DataError("no order")
        price = {"e1": 100, "e2": 200}.get(event["event"], 300)
        item = {"title": "Taza", "qty": 1, "price": Decimal(price), "discount": Decimal(0)}
        when = "2026-03-01T10:00:00-06:00"
        return [
            {
                "id": event["order"],
                "status": "paid",
                "currency": "MXN",
                "email": None,
                "sold_at": when,
                "updated_at": None,
                "total": Decimal(price),
                "items": [item],
            }
        ]


class KeysByEvent(AcmeSource):
    def read(self, http, identifier):
        return [{**record, "id": f"event-{record['id']}"} for record in super().read(http, identifier)]


class PausesForOneDeleted(AcmeSource):
    def read(self, http, identifier):
        return [http.get(f"/orders/{identifier}")]


class ForgetsOnTrouble(AcmeSource):
    def read(self, http, identifier):
        try:
            return super().read(http, identifier)
        except TransientError:
            return []


class TellsNothing(AcmeSource):
    def changed(self, request):
        super().changed(request)
        return []


class CrashesOnOddBodies(AcmeSource):
    def changed(self, request):
        return [json.loads(request.body)["order"]]


class ReadsAHeaderThatIsNotKept(AcmeSource):
    def changed(self, request):
        request.headers["acme-signature"]
        return super().changed(request)


class KeepsItsToken(AcmeSource):
    kept_headers = frozenset({"x-acme-token"})


def with_token(_contract):
    events = [delivery("e1", "A1"), delivery("e2", "A2"), delivery("e3", "A1")]
    return [dataclasses.replace(one, headers={**one.headers, "x-acme-token": SECRET}) for one in events]


class KeepsItsCursor(AcmeSource):
    cursor = ""

    def pages(self, http, since):
        while self.cursor is not None:
            body = http.get("/orders", {"updated_since": since.isoformat(), "cursor": self.cursor})
            self.cursor = body["next"]
            yield Page.oldest_first(body["orders"], by="updated_at")
        self.cursor = ""


class RefundsTheOrder(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        if isinstance(movement, Refund):
            return movement.model_copy(update={"sale_id": f"#{movement.sale_id}"})
        return movement


class RefundsInDollars(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        return movement.model_copy(update={"currency": "USD"}) if isinstance(movement, Refund) else movement


class SellsTheRefund(AcmeSource):
    """Money that went back counts as money that came in: `refund` is one of the paid statuses."""

    def to_sale(self, record):
        if record["status"] != "refund":
            return super().to_sale(record)
        item = {"title": "Taza", "qty": 1, "price": Decimal(record["total"]), "discount": Decimal(0)}
        return super().to_sale({**record, "status": "paid", "items": [item]})


class RefundsAnother(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        return movement.model_copy(update={"sale_id": "A2"}) if isinstance(movement, Refund) else movement


class DatesTheRefundLikeTheSale(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        if not isinstance(movement, Refund):
            return movement
        return movement.model_copy(update={"refunded_at": movement.refunded_at - timedelta(days=3)})


class TakesBackTheRefund(AcmeSource):
    def to_sale(self, record):
        movement = super().to_sale(record)
        return movement.model_copy(update={"status": "reversed"}) if isinstance(movement, Refund) else movement


class OnlyTests(AcmeSource):
    def to_sale(self, record):
        return sale_with(super().to_sale(record), live=False)


class OneBuyerForAll(AcmeSource):
    def to_sale(self, record):
        return sale_with(super().to_sale(record), buyer=Buyer(email="compras@cliente.example"))


class InventsTheRfc(AcmeSource):
    def to_sale(self, record):
        return sale_with(super().to_sale(record), buyer=Buyer(rfc="EKU9003173C9"))


class ForgetsSince(AcmeSource):
    def pages(self, http, since):
        return super().pages(http, datetime(2000, 1, 1, tzinfo=LOCAL))


CONFIG = {"shop": "demo", "api_key": SECRET, "webhook_secret": WEBHOOK_SECRET}

STATEFUL = {
    "to_sale_is_pure",
    "two_reads_are_equal",
    "a_repeated_delivery_leads_to_the_same_movements",
    "deliveries_out_of_order_lead_to_the_same_movements",
}
SOURCES = [
    (OtherApi, {"the_hub_accepts_the_class"}),
    (EmptyReason, {"waivers_are_explained", "the_hub_accepts_the_class"}),
    (UnknownWaiver, {"waivers_are_explained"}),
    (SilentCheck, {"check_passes_with_good_credentials"}),
    (CheckWithoutACall, {"refused_credentials_are_a_config_error", "an_unreachable_service_is_transient"}),
    (CheckSwallows, {"an_unreachable_service_is_transient"}),
    (LogsKey, {"no_secret_is_logged_or_shown"}),
    (LogsKeyByStructlog, {"no_secret_is_logged_or_shown"}),
    (PrintsKey, {"no_secret_is_logged_or_shown"}),
    (KeyInAddress, {"no_secret_is_logged_or_shown"}),
    (QuotesForeignAnswer, {"no_secret_is_logged_or_shown"}),
    (KeyInRepr, {"no_secret_is_logged_or_shown"}),
    (
        OnlyFirstPage,
        {
            "reads_every_page_once",
            "nothing_is_lost_when_interrupted_after_any_page",
            "trouble_is_transient",
            "retry_after_is_honoured",
            "a_read_that_broke_begins_anew",
            "forbidden_is_an_error_not_an_empty_shop",
            "a_maintenance_page_is_not_an_empty_shop",
        },
    ),
    (OnePage, {"reads_every_page_once"}),
    (ReadsTwice, {"reads_every_page_once"}),
    (
        NewKeys,
        {
            "reads_every_page_once",
            "money_is_exact",
            "a_read_that_broke_begins_anew",
            "refunds_and_payments_name_a_sale",
            "nothing_is_lost_when_interrupted_after_any_page",
            "deliveries_and_pages_agree_on_the_movement_key",
        },
    ),
    (ForeignObjects, {"records_are_plain_data"}),
    (ForeignDict, {"records_are_plain_data"}),
    (ExclusiveSince, {"since_is_inclusive", "nothing_is_lost_when_interrupted_after_any_page"}),
    (PromisesTooMuch, {"nothing_is_lost_when_interrupted_after_any_page"}),
    (EmptyOn403, {"forbidden_is_an_error_not_an_empty_shop"}),
    (EmptyOnLater403, {"forbidden_is_an_error_not_an_empty_shop"}),
    (ForgivesGarbage, {"a_maintenance_page_is_not_an_empty_shop"}),
    (EverythingIsConfig, {"trouble_is_transient", "retry_after_is_honoured"}),
    (ForgetsRetryAfter, {"retry_after_is_honoured"}),
    (KeepsItsCursor, {"a_read_that_broke_begins_anew"}),
    (RefundsTheOrder, {"refunds_and_payments_name_a_sale", "each_movement_is_what_it_is"}),
    (RefundsInDollars, {"refunds_and_payments_name_a_sale", "money_is_exact"}),
    (SellsTheRefund, {"each_movement_is_what_it_is"}),
    (RefundsAnother, {"each_movement_is_what_it_is"}),
    (DatesTheRefundLikeTheSale, {"each_movement_is_what_it_is"}),
    (TakesBackTheRefund, {"each_movement_is_what_it_is"}),
    (OnlyTests, {"real_money_is_told_from_tests"}),
    (OneBuyerForAll, {"the_buyer_is_read_from_the_record"}),
    (InventsTheRfc, {"the_buyer_is_read_from_the_record"}),
    (ForgetsSince, {"since_leaves_out_what_is_older"}),
    (Floats, {"money_is_exact", "lines_add_up"}),
    (FloatLines, {"money_is_exact", "lines_add_up"}),
    (Centavos, {"money_is_exact"}),
    (DropsALine, {"lines_add_up"}),
    (DiscountPerUnit, {"lines_add_up", "money_is_exact"}),
    (Counts, STATEFUL),
    (Rolls, STATEFUL),
    (Mutates, {"to_sale_is_pure"}),
    (LooksUp, {"to_sale_is_pure"}),
    (Repairs, {"a_broken_record_is_refused_not_repaired"}),
    (NaiveTimes, {"times_are_aware"}),
    (NaivePromise, {"times_are_aware", "nothing_is_lost_when_interrupted_after_any_page"}),
    (DropsTheOffset, {"times_are_aware"}),
    (RefusesAll, {"an_authentic_delivery_is_accepted"}),
    (
        BelievesAll,
        {
            "a_tampered_body_is_refused",
            "a_rubbish_signature_is_refused",
            "an_old_delivery_is_refused",
            "rubbish_is_set_aside",
        },
    ),
    (BelievesTheUnsigned, {"a_missing_signature_is_refused"}),
    (CrashesWithoutHeader, {"a_missing_signature_is_refused"}),
    (CrashesOnRubbish, {"a_rubbish_signature_is_refused"}),
    (BelievesTheOld, {"an_old_delivery_is_refused"}),
    (SameKey, {"the_delivery_key_is_stable_and_tells_deliveries_apart"}),
    (KeyOfArrival, {"the_delivery_key_is_stable_and_tells_deliveries_apart"}),
    (
        HandlesOnce,
        {
            "a_repeated_delivery_leads_to_the_same_movements",
            "deliveries_out_of_order_lead_to_the_same_movements",
            "reading_what_was_named_fails_like_pages",
            "the_kept_headers_are_enough",
        },
    ),
    (ReadsAHeaderThatIsNotKept, {"the_kept_headers_are_enough"}),
    (TrustsTheOrder, {"deliveries_out_of_order_lead_to_the_same_movements"}),
    (KeysByEvent, {"deliveries_and_pages_agree_on_the_movement_key"}),
    (PausesForOneDeleted, {"a_record_that_is_gone_reads_as_nothing"}),
    (ForgetsOnTrouble, {"reading_what_was_named_fails_like_pages"}),
    (TellsNothing, {"deliveries_and_pages_agree_on_the_movement_key"}),
    (CrashesOnOddBodies, {"rubbish_is_set_aside"}),
]
DELIVERIES = [(KeepsItsToken, with_token, {"the_kept_headers_carry_no_secret"})]
CONFIGS = [
    (AcmeSource, Undescribed(**CONFIG), {"config_explains_every_field"}),
    (PlainKeySource, PlainKey(**CONFIG), {"secrets_are_declared"}),
    (AcmeSource, DefaultSecret(**CONFIG), {"secrets_are_declared"}),
    (AcmeSource, WithPin(**CONFIG, pin="1234"), {"secrets_are_declared"}),
]
