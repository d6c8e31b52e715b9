"""Nothing in a CFDI is passed over: every node and attribute of SAT's schemas is read, everything else refused."""

import random
import re

import pytest
from lxml import etree

from hub.cfdi import MalformedXmlError, cadena_original, read, to_xml, verify_seal
from hub.cfdi.read_node import MAX_ATTRIBUTE
from hub.cfdi.shapes import COMPROBANTE_33, COMPROBANTE_40, PAGOS_10, PAGOS_20, TIMBRE
from hub.sat.catalogs import schemas_directory
from tests.support.every_node import VERSIONS, whole
from tests.support.sat_xslt import sat_cadena

XS = "{http://www.w3.org/2001/XMLSchema}"
CFD = schemas_directory() / "www.sat.gob.mx/sitio_internet/cfd"
SCHEMAS = {
    "4/cfdv40.xsd": COMPROBANTE_40,
    "3/cfdv33.xsd": COMPROBANTE_33,
    "TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd": TIMBRE,
    "Pagos/Pagos20.xsd": PAGOS_20,
    "Pagos/Pagos10.xsd": PAGOS_10,
}
OF_A_SEALED_ONE = {"Sello", "NoCertificado", "Certificado"}


def declared(node, kind):
    """The elements or attributes that an xs:element declares itself, not those of its children."""
    for child in node:
        if child.tag == f"{XS}{kind}":
            yield child
        elif isinstance(child.tag, str) and child.tag not in {f"{XS}element", f"{XS}attribute"}:
            yield from declared(child, kind)


def assert_alike(element, shape, path):
    attributes = list(declared(element, "attribute"))
    required = {a.get("name") for a in attributes if a.get("use") == "required"}
    assert shape.allowed == {a.get("name") for a in attributes}, path
    assert shape.required == (required - OF_A_SEALED_ONE if path.count("/") == 1 else required), path
    children = {child.get("name"): child for child in declared(element, "element")}
    assert shape.children.keys() == children.keys(), path
    assert shape.needed == {name for name, child in children.items() if child.get("minOccurs", "1") != "0"}, path
    assert shape.anything == bool(list(declared(element, "any"))), path
    for name, child in children.items():
        inner, several = shape.children[name]
        assert several == (child.get("maxOccurs", "1") == "unbounded"), f"{path}/{name}"
        assert_alike(child, inner, f"{path}/{name}")


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_shapes_are_those_of_sats_schemas(schema):
    (root,) = etree.parse(CFD / schema).getroot().findall(f"{XS}element")

    assert_alike(root, SCHEMAS[schema], f"/{root.get('name')}")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_attribute_of_the_schema_is_somewhere_in_what_is_read(version):
    xml = whole(version)
    texts = set(map(str, flat(read(xml))))

    assert set(re.findall(r'="(1\d\d)"', xml.decode())) <= texts


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_with_everything_has_sats_cadena(version):
    xml = whole(version, foreign=False)

    assert cadena_original(read(xml)) == sat_cadena(xml)


def test_a_4_0_with_everything_is_written_as_it_was_read():
    found = read(whole("4.0", foreign=False))

    assert read(to_xml(found)) == found


def test_what_others_wrote_is_written_as_it_was_read():
    again = etree.fromstring(to_xml(read(whole("4.0"))))

    for name, expected in {
        "Complemento": b'<x:Otro xmlns:x="urn:otro" a="1">texto<!-- nota --></x:Otro>',
        "ComplementoConcepto": b'<x:De xmlns:x="urn:concepto"></x:De>',
        "Addenda": b"<pedido>&lt;n&gt;</pedido>",
    }.items():
        (node,) = again.iter(f"{{*}}{name}")
        assert expected in etree.tostring(node, method="c14n", exclusive=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_stands_under_the_names_of_others_is_kept_as_it_stood(version):
    found = read(whole(version))
    (otro,), (de,), (pedido,) = found.complementos, found.conceptos[0].complemento_concepto, found.addenda

    assert (otro.namespace, otro.name) == ("urn:otro", "Otro")
    assert otro.xml.endswith(' a="1">texto<!-- nota --></x:Otro>')
    assert (de.namespace, de.name) == ("urn:concepto", "De")
    assert pedido.xml.endswith("><![CDATA[<n>]]></pedido>")
    assert pedido.namespace == ""


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unknown_attribute_is_named_wherever_it_stands(version):
    for root, element in elements(version):
        element.set("Nuevo", "1")

        assert refused(root).where == f"{path(element)}/@Nuevo"


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unknown_node_is_named_wherever_it_stands(version):
    for root, element in elements(version):
        namespace = etree.QName(element).namespace
        for tag in (f"{{{namespace}}}Nuevo", "{urn:otro}Nuevo", "Emisor"):
            stranger = etree.SubElement(element, tag)
            if element.tag.endswith(("Complemento", "ComplementoConcepto", "Addenda")):
                assert "Nuevo" in str(read(raw(root))) or tag == "Emisor"
            else:
                assert refused(root).where.startswith(path(element))
            element.remove(stranger)


@pytest.mark.parametrize("version", VERSIONS)
def test_text_between_nodes_is_refused(version):
    for root, element in elements(version):
        element.text = "¡hola!"

        assert refused(root).what == "text where only nodes may stand"


@pytest.mark.parametrize("version", VERSIONS)
def test_an_empty_or_endless_attribute_is_refused(version):
    for root, element in elements(version):
        for name, value in element.attrib.items():
            for bad in ("", "1" * (MAX_ATTRIBUTE + 1)):
                element.set(name, bad)
                if name != "Version" or element is not root:
                    assert refused(root).where == f"{path(element)}/@{name}"
            element.set(name, value)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_missing_attribute_is_refused_where_sat_requires_it(version):
    for root, element in elements(version):
        for name, value in element.attrib.items():
            del element.attrib[name]
            if name in shape_of(version, element).required and element is not root:
                assert refused(root).where == f"{path(element)}/@{name}"
            elif element is not root:
                read(raw(root))
            element.set(name, value)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_node_that_stands_twice_is_refused_where_sat_allows_one(version):
    for root, element in elements(version):
        parent = element.getparent()
        if parent is None:
            continue
        parent.append(etree.fromstring(raw(element)))
        known = shape_of(version, parent).children.get(etree.QName(element).localname)
        if known is not None and known[1]:
            read(raw(root))
        else:
            assert refused(root).what == "stands here more than once"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_order_of_attributes_and_white_space_between_nodes_say_nothing(version):
    root = etree.fromstring(whole(version, foreign=False))
    expected = read(raw(root))
    shuffled = random.Random(4)
    for element in list(root.iter()):
        attributes = list(element.attrib.items())
        shuffled.shuffle(attributes)
        element.attrib.clear()
        element.attrib.update(attributes)
        element.text = element.tail = "\n\t "
        element.append(etree.Comment(" nada "))

    assert read(raw(root)) == expected


def test_other_prefixes_are_the_same_document():
    xml = whole("4.0", foreign=False)
    other = xml.replace(b"<cfdi:", b"<c:").replace(b"</cfdi:", b"</c:").replace(b"xmlns:cfdi", b"xmlns:c")
    default = xml.replace(b"<cfdi:", b"<").replace(b"</cfdi:", b"</").replace(b"xmlns:cfdi", b"xmlns")

    assert read(other) == read(default) == read(xml)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b'Version="1.1"', b'Version="1.2"', "/cfdi:Comprobante/cfdi:Complemento/tfd:TimbreFiscalDigital/@Version"),
        (b'Version="2.0"', b'Version="1.0"', "/cfdi:Comprobante/cfdi:Complemento/pago20:Pagos/@Version"),
    ],
)
def test_another_version_of_a_known_complement_is_refused(old, new, where):
    with pytest.raises(MalformedXmlError) as refusal:
        read(whole("4.0", foreign=False).replace(old, new))

    assert refusal.value.where == where


def test_the_place_of_one_among_many_is_told():
    xml = whole("4.0").replace(b"<cfdi:Concepto ", b"<cfdi:Concepto Nuevo='1' ")
    line = re.search(rb"<cfdi:Concepto .*</cfdi:Concepto>", whole("4.0"))[0]
    two = xml.replace(b"<cfdi:Conceptos>", b"<cfdi:Conceptos>" + line)

    with pytest.raises(MalformedXmlError, match=r"^/cfdi:Comprobante/cfdi:Conceptos/cfdi:Concepto\[2\]/@Nuevo: "):
        read(two)


@pytest.mark.parametrize("text", ["+0.5", ".5", "5.", " 5.00 ", "007"])
def test_an_amount_may_be_written_as_the_schema_allows(text):
    xml = re.sub(rb'TipoCambio="\d+"', f'TipoCambio="{text}"'.encode(), whole("4.0"), count=1)

    assert float(read(xml).tipo_cambio) == float(text)


@pytest.mark.parametrize("text", ["uno", "1,5", "1_0", "½", "1" * 5000])
def test_a_parcialidad_that_is_no_number_is_refused(text):
    xml = re.sub(rb'NumParcialidad="\d+"', f'NumParcialidad="{text}"'.encode(), whole("4.0"), count=1)

    with pytest.raises(MalformedXmlError, match="@NumParcialidad"):
        read(xml)


@pytest.mark.parametrize("certificate", ["", "AAAA", "no base64", "ñ", "MIIB"])
def test_a_seal_without_usable_certificate_cannot_be_verified(certificate):
    xml = re.sub(rb' Certificado="\d+"', f' Certificado="{certificate}"'.encode(), whole("4.0"), count=1)

    with pytest.raises(MalformedXmlError, match="Certificado"):
        verify_seal(xml)


def elements(version):
    """Every element that the hub knows, each in a document of its own."""
    for number in range(len(list(known(etree.fromstring(whole(version)))))):
        root = etree.fromstring(whole(version))
        yield root, list(known(root))[number]


def known(root):
    return (element for element in root.iter("{http://www.sat.gob.mx/*}*"))


def shape_of(version, element):
    """The shape of an element, found from its nearest root."""
    names = [etree.QName(step).localname for step in (element, *element.iterancestors())]
    roots = {"Comprobante": SCHEMAS[f"{version[0]}/cfdv{version.replace('.', '')}.xsd"], "TimbreFiscalDigital": TIMBRE}
    roots["Pagos"] = PAGOS_20 if version == "4.0" else PAGOS_10
    start = next(place for place, name in enumerate(names) if name in roots)
    shape = roots[names[start]]
    for name in reversed(names[:start]):
        shape = shape.children[name][0]
    return shape


def path(element):
    prefixes = {"Pagos20": "pago20", "Pagos": "pago10", "TimbreFiscalDigital": "tfd", "3": "cfdi", "4": "cfdi"}
    steps = [element, *element.iterancestors()]
    names = [(etree.QName(step).namespace.rpartition("/")[2], etree.QName(step).localname) for step in steps]
    return "".join(f"/{prefixes[namespace]}:{name}" for namespace, name in reversed(names))


def refused(root):
    with pytest.raises(MalformedXmlError) as refusal:
        read(raw(root))
    return refusal.value


def raw(element):
    return etree.tostring(element, encoding="utf-8")


def flat(value):
    if isinstance(value, tuple):
        for part in value:
            yield from flat(part)
    else:
        yield value
