"""The index as a process: how it starts, what it shows, what it withstands and how it leaves."""

import signal
import socket
import subprocess
from pathlib import Path

import pytest
import zeep
from click.testing import CliRunner
from lxml import etree
from zeep.exceptions import Fault

from index_receiver.calling import (
    ADDRESS,
    PATH,
    POST,
    Index,
    command,
    environment,
    letter,
    new_booking,
    receiving,
    transaction,
)
from producer.cli import main

PATIENT = POST["registeredResidentIdentification"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_leaves_in_order(tmp_path: Path, how: signal.Signals) -> None:
    """One line when it can be called, and 0 when it is told to stop."""
    with receiving(tmp_path) as index:
        assert index.update(transaction()).result == "OK"
        assert index.stop(how) == 0
    assert PATIENT not in index.log.read_text("utf-8")
    assert '"Update with 1 posts: OK"' in index.log.read_text("utf-8")


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            command("--port", port),
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Cannot listen at 127.0.0.1, port {port}: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("wrong", [("--port", "70000"), ("--port", "x"), ("--nothing",)])
def test_wrong_usage_is_told_as_such(wrong: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, ["index", "receive", *wrong]).exit_code == 2


@pytest.mark.parametrize(
    ("unusable", "told"),
    [
        (["--tls-cert", "nowhere.pem", "--tls-key", "nowhere.key"], "nowhere.pem: No such file or directory\n"),
        (["--tls-cert", "nowhere.pem"], "TLS needs both --tls-cert and --tls-key\n"),
        (["--client-ca", "nowhere.pem"], "TLS needs both --tls-cert and --tls-key\n"),
    ],
)
def test_certificates_that_nobody_could_be_met_with_are_refused_in_one_sentence(unusable: list[str], told: str) -> None:
    """As in `tidbok serve`: none is left unheeded, and the log has no traceback of a worker."""
    done = CliRunner().invoke(main, ["index", "receive", "--port", "0", *unusable])
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", told)


def test_it_can_have_another_logical_address(tmp_path: Path) -> None:
    """A region's own index; its address is reserved as the national one's is there."""
    with receiving(tmp_path, "--index-address", "SE2321000016-INDEX") as index:
        assert index.update(transaction()).fault.startswith("EI003")
        assert index.update(transaction(), address="SE2321000016-INDEX").result == "OK"
        reserved = transaction(logicalAddress="SE2321000016-INDEX")
        assert index.update(reserved, address="SE2321000016-INDEX").fault.startswith("EI005")
        assert index.update(transaction(logicalAddress=ADDRESS), address="SE2321000016-INDEX").result == "OK"


@pytest.mark.parametrize("path", [PATH, "/", "/soap", "/any/where"])
def test_it_is_called_at_whatever_path_the_platform_made(index: Index, path: str) -> None:
    """As rule 11 has it for a producer."""
    assert index.post(letter(transaction()), path=path).result == "OK"


@pytest.mark.parametrize("query", ["wsdl", "singleWsdl"])
def test_another_stack_calls_it_by_its_wsdl(index: Index, query: str) -> None:
    """Rule 10: zeep finds the address and every import, and the answer's ResultCode has a capital letter."""
    client = zeep.Client(f"{index.url}{PATH}?{query}")
    booking = new_booking()
    post = {name: value for name, value in POST.items() if value} | {"businessObjectInstanceIdentifier": booking}
    call = {
        "engagementTransaction": [{"deleteFlag": False, "engagement": post}],
        "_soapheaders": {"LogicalAddress": ADDRESS},
    }
    assert client.service.Update(**call).ResultCode == "OK"
    assert len(index.held(booking)) == 1
    with pytest.raises(Fault, match=r"^EI002: "):
        client.service.Update(**{**call, "engagementTransaction": call["engagementTransaction"] * 2})


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "text/xml"),
        (b"not XML", "text/xml"),
        (b"<x/>", "text/xml"),
        (letter(transaction()), "application/json"),
        (letter(transaction()), "text/xml; charset=ebcdic"),
        (letter(transaction()).replace(b"NA", "å".encode("latin-1")), "text/xml; charset=utf-8"),
        (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + letter(transaction(categorization="&e;")), "text/xml"),
        (letter(transaction()).replace(b"soap/envelope/", b"soap-envelope"), "text/xml"),
        (letter(transaction()).replace(b"<s:Header>", b'<s:Header><x:y xmlns:x="z" s:mustUnderstand="1"/>'), "text/xml"),
        (letter("<u:x>" * 300 + "</u:x>" * 300), "text/xml"),
    ],
)  # fmt: skip
def test_what_is_no_request_of_soap_is_a_technical_fault(index: Index, body: bytes, content_type: str) -> None:
    """EI000, and the index goes on."""
    assert index.post(body, content_type).fault.startswith("EI000")
    assert index.update(transaction()).result == "OK"


def test_a_request_in_another_charset_is_read_as_what_it_is(index: Index) -> None:
    """Rule 15"""
    booking = f"{new_booking()}-å"
    body = letter(transaction(businessObjectInstanceIdentifier=booking)).decode()
    assert index.post(body.encode("utf-16"), "text/xml; charset=utf-16").result == "OK"
    assert len(index.held(booking)) == 1


def test_a_body_that_is_too_large_is_refused_and_the_next_is_taken(index: Index) -> None:
    """As much as the national platform passes on, and no more (rule 14)."""
    assert index.post(letter(transaction()) + b" " * 16_000_000).fault.startswith("EI000")
    assert index.update(transaction()).result == "OK"


def test_no_fault_tells_of_the_patient(index: Index) -> None:
    """Rule 9: nor does the log."""
    wrong = [
        transaction(categorization=f" {PATIENT}"),
        transaction(logicalAddress=PATIENT * 6),
        transaction(mostRecentContent=PATIENT),
        transaction(deleted=True, flag=PATIENT),
        transaction() * 2,
    ]
    assert [told for told in wrong if PATIENT in index.update(told).fault] == []
    assert PATIENT not in index.post(f"<x{PATIENT}>".encode()).fault
    assert PATIENT not in index.log.read_text("utf-8")


def test_the_page_shows_the_posts_and_what_was_received(index: Index) -> None:
    """The last first; a value is shown as text, whatever it holds."""
    booking = f"<b>{new_booking()}</b>"
    escaped = booking.replace("<", "&lt;").replace(">", "&gt;")
    sent = {"businessObjectInstanceIdentifier": escaped, "mostRecentContent": "20260101081500"}  # before all others
    assert index.update(transaction(**sent)).result == "OK"
    status, headers, body = index.ask("GET", "/")
    page = etree.HTML(body)
    posts, journal = page.iterfind(".//table")
    cells = [[cell.text for cell in row] for row in posts.iterfind("tbody/tr")]
    assert ["2026-01-01 08:15", "SE2321000016-DEMO1", booking, PATIENT] in [row[:4] for row in cells]
    assert [cell.text for cell in journal.find("tbody/tr")][2:5] == ["Ny", "SE2321000016-DEMO1", booking]
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script" not in headers["content-security-policy"]
    assert b"<script" not in body
    assert b"style=" not in body


def test_the_page_is_fetched_again_by_itself_only_for_who_asks_for_it(index: Index) -> None:
    """A page that moves under its reader is moved by the reader's wish."""
    assert "refresh" not in index.ask("GET", "/")[1]
    status, headers, body = index.ask("GET", "/?reload")
    assert (status, headers["refresh"]) == (200, "5")
    assert '<a href="/">' in body.decode()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/static/posts.css", 200),
        ("GET", PATH, 405),
        ("GET", "/nothing", 404),
        ("GET", "/schemas/nothing.xsd", 404),
        ("GET", "/schemas/../producer/app.py", 404),
        ("PUT", "/", 405),
        ("DELETE", "/posts.json", 405),
    ],
)
def test_what_is_beside_the_calls_and_the_page(index: Index, method: str, path: str, status: int) -> None:
    assert index.ask(method, path)[0] == status
