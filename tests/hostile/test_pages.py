import pytest
from lxml import etree

from hostile.letters import BY_CONTRACT, envelope
from hostile.probe import XML
from hostile.verdicts import no_insides, no_patient
from hostile.world import World

PATHS = (
    "/schemas/",
    "/schemas/../pyproject.toml",
    "/schemas/../../../../etc/passwd",
    "/schemas//etc/passwd",
    "/schemas/..%2f..%2fetc/passwd",
    "/schemas/%2e%2e/producer/app.py",
    "/schemas/..\\..\\app.py",
    "/schemas/\0",
    "/schemas/" + "../" * 1000,
    "/schemas/crm_scheduling",
    "/static/../app.py",
    "/static/%2e%2e/app.py",
    "/health",
    "/health/",
    "/health/live/x",
    "/metrics/",
    "/staff/'; DROP TABLE bookings; --",
    "/<script>alert(1)</script>",
    "/{{7*7}}",
    "/\xff\xfe",
    "/\xe5\xe4\xf6",
    "/\r\nSet-Cookie: a=b",
    "//elsewhere.example/",
    "/\\elsewhere.example",
    "/..",
    "/.git/config",
    "/" + "a" * 100_000,
    "",
)
METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO", "get")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ascii(path)[:50])
def test_a_page_that_is_none_is_not_found_and_tells_nothing(world: World, path: str) -> None:
    for method in METHODS:
        reply = world.send(b"", method=method, path=path, query="a=%00&b=../../etc/passwd")
        assert reply.status in (200, 308, 404, 405), method
        assert reply.status != 200 or method == "OPTIONS" or path in ("", "/.."), method
        text = reply.body.decode("utf-8", "replace")
        assert "root:" not in text
        assert "<script>" not in text
        assert "set-cookie" not in reply.headers or path.startswith("/staff/")
        assert not reply.headers.get("location", "").startswith(("//", "http://elsewhere", "\\"))
        no_patient(text)
        no_insides(text)
    assert world.changes() == []


@pytest.mark.parametrize("path", ["/metrics", "/health/live", "/health/ready", "/staff/", "/static/x", "/schemas/x"])
def test_a_call_to_what_is_a_page_is_no_call(world: World, path: str) -> None:
    reply = world.send(b"<a/>", path=path)
    assert reply.status in (404, 405)
    assert world.changes() == []


HOSTS = (
    'elsewhere.example"><soap:address location="http://elsewhere.example/',
    "elsewhere.example/path",
    "user:password@elsewhere.example",
    "elsewhere.example:99999999",
    "a" * 10_000,
    "127.0.0.1:80:80",
    "å.example",
    "a b",
    "a\r\nb",
    "[::1",
    "",
)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: ascii(host)[:40])
@pytest.mark.parametrize("query", ["wsdl", "singleWsdl"])
def test_a_host_that_is_none_does_not_get_into_a_wsdl(world: World, host: str, query: str) -> None:
    """Rule 10: the address of the service is the one that was asked."""
    contract = BY_CONTRACT["MakeBooking"]
    forwarded = (("X-Forwarded-Host", "elsewhere.example"), ("X-Forwarded-Proto", "https"))
    headers = (("Host", host), *forwarded)
    reply = world.send(b"", method="GET", path=contract.path, query=query, headers=headers)
    assert reply.status == 200
    (address,) = etree.fromstring(reply.body).iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert address.get("location") == f"http://127.0.0.1:8080{contract.path}"


def test_the_numbers_name_no_contract_that_is_none(world: World) -> None:
    """Whoever calls with ever new names does not fill the operator's memory."""
    for number in range(20):
        world.send(
            envelope(f'<r:DropTable{number} xmlns:r="urn:r"/>').encode(), path=f"/soap/drop/{number}", headers=XML
        )
    numbers = world.send(b"", method="GET", path="/metrics").text
    assert 'contract="unknown",result="fault"' in numbers
    assert "drop" not in numbers.lower()
