"""What a browser, an integrator's tool and an operator find beside the calls."""

import pytest
from lxml import etree

from producer.soap.contracts import CONTRACTS, by_path
from producer.store.errors import StoreUnavailable
from server.calling import TYPES, Desk, letter, send

PATH = "/crm/scheduling/GetAllTimeTypes/1/rivtabp21"
ADDRESS = "//{http://schemas.xmlsoap.org/wsdl/soap/}address"


@pytest.mark.parametrize("path", by_path)
@pytest.mark.parametrize("query", ["wsdl", "WSDL", "singleWsdl", "wsdl=1", "a=b&wsdl"])
def test_every_contract_gives_its_wsdl_with_the_address_that_was_asked(desk: Desk, path: str, query: str) -> None:
    """rule 10"""
    reply = send(desk.app, "GET", path, query=query, HTTP_HOST="tidbok.example.org:8443")
    found = etree.fromstring(reply.body).find(f".{ADDRESS}")
    assert reply.status == "200 OK"
    assert found.get("location") == f"http://tidbok.example.org:8443{path}"


def test_the_imports_of_a_wsdl_are_found_at_this_producer(desk: Desk) -> None:
    """rule 10"""
    reply = send(desk.app, "GET", PATH, query="wsdl", HTTP_HOST="here")
    imported = etree.fromstring(reply.body).xpath("//@schemaLocation")
    assert imported
    for location in imported:
        assert location.startswith("http://here/schemas/")
        assert send(desk.app, "GET", location.removeprefix("http://here")).status.startswith("200")


@pytest.mark.parametrize("host", ['"><script>', "a b", "", "x" * 300, "host/../path", "[::1]:80/x"])
def test_a_host_that_is_no_host_does_not_reach_the_wsdl(desk: Desk, host: str) -> None:
    reply = send(desk.app, "GET", PATH, query="wsdl", HTTP_HOST=host)
    assert etree.fromstring(reply.body).find(f".{ADDRESS}").get("location") == f"http://127.0.0.1:8080{PATH}"


def test_a_proxys_words_are_not_believed_without_a_proxy(desk: Desk) -> None:
    reply = send(
        desk.app, "GET", PATH, query="wsdl", HTTP_HOST="a", HTTP_X_FORWARDED_HOST="b", HTTP_X_FORWARDED_PROTO="https"
    )
    assert etree.fromstring(reply.body).find(f".{ADDRESS}").get("location") == f"http://a{PATH}"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", [PATH, "/soap", "/itintegration/monitoring/PingForConfiguration/1/rivtabp21"])
def test_only_post_is_a_call(desk: Desk, method: str, path: str) -> None:
    reply = send(desk.app, method, path, letter(TYPES))
    assert reply.status == "405 Method Not Allowed"
    assert reply.headers["allow"] == "POST"
    assert desk.calls == []


def test_a_wsdl_of_no_contract_is_not_found_and_the_addresses_are_told(desk: Desk) -> None:
    reply = send(desk.app, "GET", "/soap", query="wsdl")
    assert reply.status == "404 Not Found"
    assert PATH in reply.text


def test_the_front_page_names_every_contract_in_two_languages(desk: Desk) -> None:
    reply = send(desk.app, "GET", "/", HTTP_HOST="tidbok.example.org")
    assert reply.status == "200 OK"
    assert [row.name for row in CONTRACTS if f'href="{row.path}?wsdl"' not in reply.text] == []
    assert "http://tidbok.example.org/soap" in reply.text
    assert "tidbokningssystem" in reply.text
    assert "booking system" in reply.text


@pytest.mark.parametrize(
    "path", ["/schemas/../producer/app.py", "/schemas/nothing.xsd", "/schemas/", "/nothing", "/staffing"]
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert send(desk.app, "GET", path).status.startswith("404")


def test_health_tells_whether_the_process_lives_and_whether_its_database_answers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_self: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr("producer.serving.health.FRESH_SECONDS", 0)  # or what was found just now would be told again
    assert send(desk.app, "GET", "/health/live").status == "200 OK"
    assert send(desk.app, "GET", "/health/ready").status == "200 OK"
    monkeypatch.setattr("producer.store.engine.Database.ping", unreachable)
    assert send(desk.app, "GET", "/health/live").status == "200 OK"
    assert send(desk.app, "GET", "/health/ready").status.startswith("503")
