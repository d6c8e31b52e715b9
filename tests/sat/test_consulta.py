"""ConsultaCFDI: the question byte for byte, and every answer that SAT documents."""

from decimal import Decimal

import pytest

from hub.plugin import parse_xml
from hub.sat.consulta import (
    Consulta,
    EsCancelable,
    Estado,
    EstatusCancelacion,
    ExpressionRefusedError,
    Respuesta,
    UnknownWordError,
    answer,
    expresion_impresa,
    question,
    read_words,
)

UUID = "5b1f0c2e-7a4d-4e39-9c61-2f0a9d8e1b47"
ASKED = Consulta(UUID, "EKU9003173C9", "URE180429TM6", "1160.00", "AAAABBBB3ivzIA==")


def respuesta(codigo="S - Comprobante obtenido satisfactoriamente.", **fields):
    inner = "".join(f"<a:{name}>{value}</a:{name}>" for name, value in {"CodigoEstatus": codigo, **fields}.items())
    return parse_xml(
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ConsultaResponse xmlns="http://tempuri.org/">'
        f'<ConsultaResult xmlns:a="urn:sat">{inner}</ConsultaResult></ConsultaResponse></s:Body></s:Envelope>'.encode()
    )


def test_the_expression_says_what_the_qr_says():
    assert expresion_impresa(ASKED) == f"?re=EKU9003173C9&rr=URE180429TM6&tt=1160.00&id={UUID.upper()}&fe=3ivzIA=="


@pytest.mark.parametrize(
    ("total", "written"),
    [("0", "0"), (Decimal("1160.00"), "1160.00"), (Decimal("0.10"), "0.10"), (Decimal("1E+3"), "1000")],
)
def test_the_total_stands_as_in_the_xml(total, written):
    assert f"&tt={written}&" in expresion_impresa(ASKED.__class__(UUID, "A", "B", total))


def test_an_ampersand_of_an_rfc_is_written_as_an_entity_inside_cdata_too():
    asked = Consulta(UUID, "A&B010101AAA", "Ñ&C010101AAA", "1.00")
    assert expresion_impresa(asked).startswith("?re=A&amp;B010101AAA&rr=Ñ&amp;C010101AAA&tt=1.00&id=")
    told = parse_xml(question(asked)).findtext(".//{http://tempuri.org/}expresionImpresa")
    assert told == expresion_impresa(asked)


def test_the_seal_may_be_left_out():
    assert "fe=" not in expresion_impresa(Consulta(UUID, "A", "B", "1"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"Estado": "Vigente", "EsCancelable": "Cancelable sin aceptación"},
            Respuesta(Estado.VIGENTE, EsCancelable.SIN_ACEPTACION),
        ),
        (
            {"Estado": "Vigente", "EsCancelable": "Cancelable con aceptacion", "EstatusCancelacion": "En proceso"},
            Respuesta(Estado.VIGENTE, EsCancelable.CON_ACEPTACION, EstatusCancelacion.EN_PROCESO),
        ),
        (
            {
                "Estado": "Vigente",
                "EsCancelable": "Cancelable con aceptación",
                "EstatusCancelacion": "Solicitud rechazada",
            },
            Respuesta(Estado.VIGENTE, EsCancelable.CON_ACEPTACION, EstatusCancelacion.SOLICITUD_RECHAZADA),
        ),
        ({"Estado": "Vigente", "EsCancelable": "No cancelable"}, Respuesta(Estado.VIGENTE, EsCancelable.NO_CANCELABLE)),
        (
            {"Estado": "Cancelado", "EstatusCancelacion": "Cancelado sin aceptación"},
            Respuesta(Estado.CANCELADO, None, EstatusCancelacion.SIN_ACEPTACION),
        ),
        (
            {"Estado": "Cancelado", "EstatusCancelacion": "Cancelado con aceptación"},
            Respuesta(Estado.CANCELADO, None, EstatusCancelacion.CON_ACEPTACION),
        ),
        (
            {"Estado": "Cancelado", "EstatusCancelacion": "Plazo vencido"},
            Respuesta(Estado.CANCELADO, None, EstatusCancelacion.PLAZO_VENCIDO),
        ),
    ],
)
def test_every_answer_that_sat_documents_has_a_type(fields, expected):
    assert answer(respuesta(**fields)) == expected


def test_not_found_is_an_answer_and_a_bad_expression_an_error():
    assert (
        answer(respuesta("N - 602: Comprobante no encontrado.", Estado="No Encontrado")).estado is Estado.NO_ENCONTRADO
    )
    with pytest.raises(ExpressionRefusedError, match="601"):
        answer(respuesta("N - 601: La expresión impresa proporcionada no es válida.", Estado="No Encontrado"))


@pytest.mark.parametrize(("efos", "listed"), [("200", False), ("201", False), ("100", True), ("101", True), ("", None)])
def test_200_and_201_mean_that_the_issuer_is_not_listed(efos, listed):
    assert read_words("Vigente", "", "", efos).emisor_in_efos is listed


@pytest.mark.parametrize(
    "words", [("", "", ""), ("Vivo", "", ""), ("Vigente", "Quizá", ""), ("Vigente", "", "En duda")]
)
def test_a_word_that_sat_does_not_document_is_never_guessed(words):
    with pytest.raises(UnknownWordError):
        read_words(*words)


def test_an_answer_of_something_else_is_no_answer():
    with pytest.raises(UnknownWordError):
        answer(parse_xml(b"<html><body>mantenimiento</body></html>"))
