"""Whoever maps a CFDI into another model learns what was left behind."""

from decimal import Decimal

import pytest

from hub.plugin import CfdiNode, DataError, exact_json

XML = (
    b'<cfdi:Comprobante xmlns:cfdi="http://www.sat.gob.mx/cfd/4" xmlns:pago20="http://www.sat.gob.mx/Pagos20"'
    b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" Version="4.0" Total="10.00"'
    b' Folio="7"><cfdi:Emisor Rfc="EKU9003173C9" Nombre="ESCUELA"/><cfdi:Conceptos><cfdi:Concepto Cantidad="1"/>'
    b'<cfdi:Concepto Cantidad="2"/></cfdi:Conceptos><cfdi:Complemento><pago20:Pagos Version="2.0"/>'
    b'<x:Otro xmlns:x="urn:x"/></cfdi:Complemento></cfdi:Comprobante>'
)


def test_what_was_not_taken_is_listed_with_its_place():
    root = CfdiNode.of(XML)
    root.get("Folio")
    root.need_child("Emisor").need("Rfc")
    root.children("Complemento", "Pagos")
    assert root.unread() == [
        "Comprobante Total",
        "Comprobante/Emisor Nombre",
        "Comprobante/Conceptos",
        "Comprobante/Complemento/Pagos Version",
        "Comprobante/Complemento/{urn:x}Otro",
    ]


def test_what_is_left_on_purpose_counts_as_taken_with_all_that_is_in_it():
    root = CfdiNode.of(XML)
    root.leave("Total", "Folio", "Emisor", "Conceptos", "Complemento", "Addenda")
    assert root.unread() == []


def test_values_come_as_they_are_written():
    root = CfdiNode.of(XML)
    assert str(root.need_number("Total")) == "10.00"
    assert root.number("Descuento") is None
    assert [node.number("Cantidad") for node in root.children("Conceptos", "Concepto")] == [1, 2]
    assert root.child("CfdiRelacionados") is None


@pytest.mark.parametrize(
    ("take", "said"),
    [
        (lambda root: root.need("Serie"), "Comprobante has no Serie"),
        (lambda root: root.need_number("SubTotal"), "Comprobante has no SubTotal"),
        (lambda root: root.need_child("Receptor"), "Comprobante has no Receptor"),
        (lambda root: root.child("Conceptos", "Concepto"), "has 2 Concepto"),
        (lambda root: root.need_child("Emisor").number("Nombre"), "Nombre of Emisor is no number"),
    ],
)
def test_what_is_missing_or_wrong_is_named(take, said):
    with pytest.raises(DataError, match=said):
        take(CfdiNode.of(XML))


@pytest.mark.parametrize("xml", [b"", b"<a/>", XML.replace(b'"4.0"', b'"3.3"'), b"<!DOCTYPE a><a/>"])
def test_what_is_no_cfdi_is_refused(xml):
    with pytest.raises(DataError):
        CfdiNode.of(xml)


def test_money_leaves_as_it_is_written():
    sent = {"a": Decimal("0.160000"), "b": [Decimal("1E+3"), Decimal("-0.10")], "c": "\\u00001\\u0000", "ñ": True}
    assert exact_json(sent).decode() == '{"a": 0.160000, "b": [1000, -0.10], "c": "\\\\u00001\\\\u0000", "ñ": true}'


@pytest.mark.parametrize("value", [Decimal("NaN"), float("inf"), object()])
def test_what_is_no_number_does_not_leave(value):
    with pytest.raises((TypeError, ValueError)):
        exact_json(value)
