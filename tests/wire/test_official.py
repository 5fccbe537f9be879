from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from wire_documents import broken, messages
from wire_official import FOLDER, Schemas, compiled_official, official_is_here, official_text, responder_path

from producer.soap.codec import Invalid, decode, encode, schema_errors
from producer.soap.contracts import EVERY_CONTRACT, GET_UPDATES, UPDATE, Contract
from producer.soap.schemas import files, single_wsdl

pytestmark = official_is_here
# GetUpdates was withdrawn before the release that lies there, and took one type of the core schema with it.
PUBLISHED = [row for row in EVERY_CONTRACT if row is not GET_UPDATES]
WITHDRAWN = {
    (
        "{http://www.w3.org/2001/XMLSchema}complexType",
        f"{{{UPDATE.domain_namespace}:1}}RegisteredResidentEngagementType",
    )
}
every_contract = pytest.mark.parametrize("contract", PUBLISHED, ids=lambda contract: contract.name)

WSDL = {"wsdl": "http://schemas.xmlsoap.org/wsdl/", "soap": "http://schemas.xmlsoap.org/wsdl/soap/"}


def both(path: str) -> tuple[Schemas, Schemas]:
    return Schemas(path, lambda name: files()[name]), Schemas(path, official_text)


@every_contract
def test_our_schema_describes_the_same_elements(contract: Contract) -> None:
    """Rules 30 and 31: the same names, namespaces, order, cardinality and types, element by element."""
    ours, theirs = both(responder_path(contract))
    for element in (contract.request_qname, contract.response_qname):
        described = ours.described(element)
        assert described == theirs.described(element)
        assert len(described) > 3


@every_contract
def test_our_schema_declares_the_same_names(contract: Contract) -> None:
    """Nothing is declared that the published schemas lack, and nothing they have is missing."""
    ours, theirs = both(responder_path(contract))
    assert ours.declared.keys() == theirs.declared.keys() | (WITHDRAWN if contract is UPDATE else set())


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("crm_scheduling/core_components/interoperability_headers_1.0.xsd", "{urn:riv:interoperability:headers:1}Actor"),
        ("crm_scheduling/core_components/itintegration_registry_1.0.xsd", "{urn:riv:itintegration:registry:1}LogicalAddress"),
        ("itintegration_monitoring/core_components/itintegration_registry_1.0.xsd", "{urn:riv:itintegration:registry:1}LogicalAddress"),
        ("itintegration_engagementindex/core_components/itintegration_registry_1.0.xsd", "{urn:riv:itintegration:registry:1}LogicalAddress"),
    ],
)  # fmt: skip
def test_our_headers_are_the_same_elements(path: str, element: str) -> None:
    """The headers that a call carries."""
    ours, theirs = both(path)
    assert ours.described(element) == theirs.described(element)


@pytest.mark.parametrize(
    "contract",
    [row for row in PUBLISHED if row.name in ("MakeBooking", "PingForConfiguration", "Update")],
    ids=lambda row: row.name,
)
@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_our_patterns_describe_the_same_values(contract: Contract, data: st.DataObject) -> None:
    """Rule 26: the same language, once the two stray characters are gone from the published pattern."""
    ours, theirs = (schemas.patterns() for schemas in both(responder_path(contract)))
    assert ours.keys() == theirs.keys()
    name = data.draw(st.sampled_from(sorted(ours)))
    for wrote, reads in ((ours, theirs), (theirs, ours)):
        value = data.draw(st.from_regex(wrote[name], fullmatch=True))
        assert matches(reads[name], value)
        changed = data.draw(st.integers(0, len(value) - 1))
        other = value[:changed] + data.draw(st.sampled_from("0123456789ptT^$ ")) + value[changed + 1 :]
        assert matches(ours[name], other) == matches(theirs[name], other)


def matches(pattern: str, value: str) -> bool:
    xs = "http://www.w3.org/2001/XMLSchema"
    schema = f"<xs:schema xmlns:xs='{xs}'><xs:element name='v'><xs:simpleType><xs:restriction base='xs:string'><xs:pattern value='{pattern}'/></xs:restriction></xs:simpleType></xs:element></xs:schema>"  # fmt: skip
    element = etree.Element("v")
    element.text = value
    return etree.XMLSchema(etree.fromstring(schema)).validate(element)


@every_contract
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_both_schemas_judge_every_document_alike(contract: Contract, data: st.DataObject) -> None:
    """Valid and broken documents: what one schema takes the other takes, and our reader takes no more than both."""
    message = data.draw(messages(contract.request) | messages(contract.response))
    random = Random(data.draw(st.integers(0, 2**32)))
    valid = etree.fromstring(encode(message))
    assert compiled_official(contract).validate(valid)
    documents = [broken(valid, random) for _ in range(10)]
    documents += [broken(document, random) for document in documents[:5]]
    for document in documents:
        is_valid = schema_errors(contract, document) is None
        assert is_valid == compiled_official(contract).validate(document), etree.tostring(document)
        if not contract.may_be_bare and document.tag == contract.request_qname and is_read(contract, document):
            assert compiled_official(contract).validate(document)  # the tree is without empty elements now


def is_read(contract: Contract, document: etree._Element) -> bool:
    try:
        decode(contract, document)
    except Invalid:
        return False
    return True


def wsdl_facts(text: bytes) -> dict[str, object]:
    """Everything that a WSDL says about the wire, with names resolved."""
    root = etree.fromstring(text)

    def resolved(node: etree._Element, attribute: str) -> str:
        prefix, _, local = node.get(attribute).rpartition(":")
        return f"{{{node.nsmap[prefix or None]}}}{local}"

    def one(path: str) -> etree._Element:
        (found,) = root.xpath(path, namespaces=WSDL)
        return found

    return {
        "namespace": root.get("targetNamespace"),
        "name": root.get("name"),
        "messages": {
            message.get("name"): {
                part.get("name"): resolved(part, "element") for part in message.iterfind("wsdl:part", WSDL)
            }
            for message in root.iterfind("wsdl:message", WSDL)
        },
        "portType": one("wsdl:portType").get("name"),
        "operation": one("wsdl:portType/wsdl:operation").get("name"),
        "input": resolved(one("wsdl:portType/wsdl:operation/wsdl:input"), "message"),
        "output": resolved(one("wsdl:portType/wsdl:operation/wsdl:output"), "message"),
        "binding": (one("wsdl:binding").get("name"), resolved(one("wsdl:binding"), "type")),
        "transport": dict(one("wsdl:binding/soap:binding").attrib),
        "soapAction": dict(one("wsdl:binding/wsdl:operation/soap:operation").attrib),
        "headers": [
            (header.get("part"), header.get("use"), resolved(header, "message"))
            for header in root.iterfind("wsdl:binding/wsdl:operation/wsdl:input/soap:header", WSDL)
        ],
        "body": [dict(body.attrib) for body in root.iter("{http://schemas.xmlsoap.org/wsdl/soap/}body")],
        "service": one("wsdl:service").get("name"),
        "port": (one("wsdl:service/wsdl:port").get("name"), resolved(one("wsdl:service/wsdl:port"), "binding")),
        "imports": {
            (node.get("namespace"), node.get("schemaLocation"))
            for node in root.iter("{http://www.w3.org/2001/XMLSchema}import")
        },
    }


def wsdl_name(contract: Contract) -> str:
    folder = f"{contract.domain.folder}/interactions/{contract.name}Interaction"
    return f"{folder}/{contract.name}Interaction_{contract.domain.version}_RIVTABP21.wsdl"


@every_contract
def test_our_wsdl_says_the_same_about_the_wire(contract: Contract) -> None:
    """The same ports, bindings, parts, headers and soapActions."""
    ours = wsdl_facts(files()[wsdl_name(contract)])
    assert ours == wsdl_facts(official_text(wsdl_name(contract)).encode())
    assert ours["soapAction"]["soapAction"] == contract.soap_action


@every_contract
def test_our_single_wsdl_says_the_same_about_the_wire(contract: Contract) -> None:
    """With every schema inside it differs in its imports only."""
    ours = wsdl_facts(single_wsdl(contract, "http://h/soap"))
    theirs = wsdl_facts(official_text(wsdl_name(contract)).encode())
    assert {location for _, location in ours.pop("imports")} <= {None}
    assert ours.items() <= theirs.items()


@every_contract
def test_the_logical_address_comes_first_and_documentation_where_wsdl_wants_it(contract: Contract) -> None:
    """One published file has the actor first, and all have annotations where WSDL has no place for them."""
    root = etree.fromstring(files()[wsdl_name(contract)])
    parts = [part.get("name") for part in root.find("wsdl:message", WSDL).iterfind("wsdl:part", WSDL)]
    assert parts == ["LogicalAddress", *(["actor"] if contract.has_actor else []), "parameters"]
    assert root[0].tag == "{http://schemas.xmlsoap.org/wsdl/}documentation"
    assert root.find("{http://www.w3.org/2001/XMLSchema}annotation") is None


def test_our_files_have_the_published_names_and_their_own_words() -> None:
    """Nothing is copied: no documentation of theirs is found in ours, and every file lies where theirs lies."""
    for path, content in files().items():
        if "/GetUpdatesInteraction/" in path:
            continue
        assert (FOLDER / path).is_file()
        texts = [node.text.split() for node in etree.fromstring(official_text(path).encode()).iter("{*}documentation")]
        ours = " ".join(content.decode().split())
        for words in texts:
            for start in range(max(len(words) - 7, 0)):
                assert " ".join(words[start : start + 8]) not in ours
