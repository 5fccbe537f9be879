from pathlib import Path

import pytest
import zeep
from lxml import etree
from zeep.transports import Transport

from producer.soap.codec import decode, encode
from producer.soap.contracts import EVERY_CONTRACT, Contract
from producer.soap.messages import MakeBooking, MakeBookingResponse, ResultCode
from producer.soap.schemas import files, single_wsdl, write, wsdl

COMMITTED = Path(__file__).parents[2] / "schemas"
(MAKE_BOOKING,) = (row for row in EVERY_CONTRACT if row.name == "MakeBooking")
HOST = "https://tidbok.example:8443/prefix"
every_contract = pytest.mark.parametrize("contract", EVERY_CONTRACT, ids=lambda contract: contract.name)


class OurServer(Transport):
    """Answers zeep's requests for files as the producer would, and nothing else."""

    def load(self, url):
        if url.endswith("?wsdl"):
            return wsdl(contract_at(url), url.removesuffix("?wsdl"))
        if url.endswith("?singleWsdl"):
            return single_wsdl(contract_at(url), url.removesuffix("?singleWsdl"))
        if url.startswith("/"):
            return Path(url).read_bytes()
        return files()[url.removeprefix(f"{HOST}/schemas/")]


def contract_at(url: str) -> Contract:
    (row,) = (row for row in EVERY_CONTRACT if row.path in url)
    return row


def test_the_committed_files_are_the_ones_that_the_tables_give() -> None:
    """`tidbok schemas` has been run: what is served is what is committed."""
    committed = {
        str(path.relative_to(COMMITTED).as_posix()): path.read_bytes()
        for path in COMMITTED.rglob("*")
        if path.suffix in (".xsd", ".wsdl")
    }
    assert committed == dict(files())


def test_the_files_can_be_written_anywhere(tmp_path: Path) -> None:
    write(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*") if path.is_file()} == set(files())


@every_contract
@pytest.mark.parametrize("query", ["wsdl", "singleWsdl", "file"])
def test_a_real_client_loads_every_form_of_the_wsdl(contract: Contract, query: str, tmp_path: Path) -> None:
    """Rule 10: imports resolve, and the address is the one that was asked."""
    if query == "file":
        write(tmp_path)
        domain, name = contract.domain, f"{contract.name}Interaction"
        url = str(tmp_path / domain.folder / "interactions" / name / f"{name}_{domain.version}_RIVTABP21.wsdl")
        address = f"http://127.0.0.1:8080{contract.path}"
    else:
        address = f"{HOST}{contract.path}"
        url = f"{address}?{query}"
    client = zeep.Client(url, transport=OurServer())
    (service,) = client.wsdl.services.values()
    (port,) = service.ports.values()
    assert service.name == f"{contract.name}ResponderService"
    assert port.binding_options == {"address": address}
    assert port.binding.get(contract.name).soapaction == contract.soap_action


@pytest.mark.parametrize("query", ["wsdl", "singleWsdl"])
def test_what_a_real_client_sends_is_read_as_meant(query: str) -> None:
    """Rules 30, 31 and 61: headers, namespaces and spellings as another stack makes them from our files."""
    url = f"{HOST}/crm/scheduling/MakeBooking/1/rivtabp21?{query}"
    client = zeep.Client(url, transport=OurServer())
    header = {"LogicalAddress": "A", "actor": {"actorId": "199001012385", "actorType": "subject_of_care"}}
    envelope = client.create_message(
        client.service,
        "MakeBooking",
        healthcare_facility_med="SE2321000016-DEMO1",
        requestedTimeslot={"healthcare_facility": "SE2321000016-DEMO1", "startTimeInclusive": "20260801080000"},
        subject_of_care_info={"firstName": "Åsa", "lastName": "Öberg"},
        _soapheaders=header,
    )
    (element,) = envelope.find("{*}Body")
    message = decode(contract_at(url), element).message
    assert isinstance(message, MakeBooking)
    assert message.subject_of_care_info.lastName == "Öberg"
    assert [etree.QName(block).localname for block in envelope.find("{*}Header")] == ["LogicalAddress", "Actor"]


@every_contract
def test_the_single_wsdl_names_the_body_first(contract: Contract) -> None:
    """Client stacks that want everything in one file often take the first part for the body, node's soap among them."""
    root = etree.fromstring(single_wsdl(contract, "http://h/soap"))
    first = root.find("{http://schemas.xmlsoap.org/wsdl/}message/{http://schemas.xmlsoap.org/wsdl/}part")
    assert (first.get("name"), first.get("element")) == ("parameters", f"messages:{contract.name}")


def test_a_real_client_reads_what_we_write() -> None:
    """The other direction: an answer of ours, read by another stack from our files."""
    client = zeep.Client(f"{HOST}/crm/scheduling/MakeBooking/1/rivtabp21?singleWsdl", transport=OurServer())
    response = MakeBookingResponse(
        bookingId="B1", resultCode=ResultCode.INFO, resultText="Kom 10 minuter tidigare & fastande"
    )
    element_type = client.get_element("{urn:riv:crm:scheduling:MakeBookingResponder:1}MakeBookingResponse")
    answer = element_type.parse(etree.fromstring(encode(response)), client.wsdl.types)
    assert (answer.bookingId, answer.resultCode, answer.resultText) == (response.bookingId, "INFO", response.resultText)


def test_an_address_cannot_break_out_of_the_wsdl() -> None:
    """A hostile Host header ends up as text."""
    address = 'http://h"><evil/>&x/crm/scheduling/MakeBooking/1/rivtabp21'
    for text in (wsdl(MAKE_BOOKING, address), single_wsdl(MAKE_BOOKING, address)):
        (found,) = etree.fromstring(text).iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
        assert found.get("location") == address


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://h:1/crm/scheduling/MakeBooking/1/rivtabp21", "http://h:1/schemas/"),
        ("http://h:1/some/prefix/crm/scheduling/MakeBooking/1/rivtabp21", "http://h:1/some/prefix/schemas/"),
        ("http://h:1/soap", "http://h:1/schemas/"),
        ("http://h:1/chosen/by/the/platform", "http://h:1/schemas/"),
    ],
)
def test_the_schemas_are_found_beside_the_endpoint(address: str, base: str) -> None:
    """Rules 10 and 11: also at another path, also behind a proxy that adds one."""
    served = etree.fromstring(wsdl(contract_at("/crm/scheduling/MakeBooking/1/rivtabp21"), address))
    locations = [node.get("schemaLocation") for node in served.iter("{http://www.w3.org/2001/XMLSchema}import")]
    assert len(locations) == 3
    assert all(location.removeprefix(base) in files() for location in locations)


def test_the_schemas_can_be_said_to_lie_elsewhere() -> None:
    served = wsdl(contract_at("/crm/scheduling/MakeBooking/1/rivtabp21"), "http://h/soap", "https://elsewhere/s")
    assert b'"https://elsewhere/s/crm_scheduling/core_components/itintegration_registry_1.0.xsd"' in served
