"""Starts `tidbok index receive`, and says Update to it in XML that the tests write themselves."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).parents[2]
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ADDRESS = "5565594230"
PATH = "/itintegration/engagementindex/Update/1/rivtabp21"
SECONDS_TO_STOP = 30
_NUMBERS = count(1)

# Chapter 4.1, in the order of the wire.
POST: Mapping[str, str] = {
    "registeredResidentIdentification": "197001239297",
    "serviceDomain": "riv:crm:scheduling",
    "categorization": "NA",
    "logicalAddress": "SE2321000016-DEMO1",
    "businessObjectInstanceIdentifier": "B-1",
    "clinicalProcessInterestId": "NA",
    "mostRecentContent": "20261124080000",
    "sourceSystem": "TSTNMT2321000156-TIDBOK",
    "creationTime": "",
    "updateTime": "",
    "dataController": "SE2321000016",
    "owner": "",
}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    @property
    def result(self) -> str:
        """The ResultCode of an answer that is no fault."""
        assert self.status == 200
        (element,) = etree.fromstring(self.body).find(f"{{{SOAP}}}Body")
        assert [etree.QName(child).localname for child in element] == ["ResultCode"]
        return str(element[0].text)

    @property
    def fault(self) -> str:
        """The text of a fault, which is soap:Server with HTTP 500 whatever was wrong (chapter 4.4)."""
        fault = etree.fromstring(self.body).find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
        assert self.status == 500
        assert [child.tag for child in fault] == ["faultcode", "faultstring"]
        prefix, _, code = fault[0].text.partition(":")
        assert (fault.nsmap[prefix], code) == (SOAP, "Server")
        return str(fault[1].text)


@dataclass(frozen=True)
class Index:
    process: "subprocess.Popen[str]"
    url: str
    log: Path

    def post(self, body: bytes, content_type: str = "text/xml; charset=utf-8", path: str = PATH) -> Answer:
        status, _, content = self.ask("POST", path, body, {"Content-Type": content_type})
        return Answer(status, content)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def update(self, *transactions: str, address: str | None = ADDRESS) -> Answer:
        return self.post(letter("".join(transactions), address))

    def data(self) -> Mapping[str, list[dict[str, Any]]]:
        return json.loads(self.ask("GET", "/posts.json")[2])

    def held(self, booking: str) -> list[dict[str, str]]:
        return [post for post in self.data()["posts"] if post["businessObjectInstanceIdentifier"] == booking]

    def effects(self, booking: str) -> list[str]:
        return [
            entry["effect"]
            for entry in self.data()["journal"]
            if entry["post"]["businessObjectInstanceIdentifier"] == booking
        ]

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            os.kill(self.process.pid, how)
        self.process.communicate(timeout=SECONDS_TO_STOP)
        return self.process.returncode


def new_booking() -> str:
    return f"B-{next(_NUMBERS)}-{os.getpid()}"


def transaction(*, deleted: bool = False, flag: str | None = None, **values: str) -> str:
    """A transaction in XML; an element with an empty value is left out, one with a blank is there and empty."""
    post = {**POST, "mostRecentContent": "" if deleted else POST["mostRecentContent"], **values}
    elements = "".join(f"<c:{name}>{value.strip('_')}</c:{name}>" for name, value in post.items() if value)
    told = flag or ("true" if deleted else "false")
    return (
        f"<u:engagementTransaction><c:deleteFlag>{told}</c:deleteFlag>"
        f"<c:engagement>{elements}</c:engagement></u:engagementTransaction>"
    )


def letter(transactions: str, address: str | None = ADDRESS) -> bytes:
    registry = "urn:riv:itintegration:registry:1"
    header = "" if address is None else f'<l:LogicalAddress xmlns:l="{registry}">{address}</l:LogicalAddress>'
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Header>{header}</s:Header><s:Body>'
        '<u:Update xmlns:u="urn:riv:itintegration:engagementindex:UpdateResponder:1" '
        f'xmlns:c="urn:riv:itintegration:engagementindex:1">{transactions}</u:Update></s:Body></s:Envelope>'
    ).encode()


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "producer", "index", "receive", *words]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TIDBOK_", "PROMETHEUS_"))}
    return {**kept, "PYTHONPATH": str(ROOT)}


@contextmanager
def receiving(folder: Path, *options: str) -> Iterator[Index]:
    log = folder / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command("--port", "0", *options),
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    ready = process.stdout.readline() if process.stdout else ""
    assert ready.startswith("Receiving posts for Engagemangsindex at http"), log.read_text("utf-8")
    index = Index(process, ready.split()[5], log)
    try:
        yield index
    finally:
        index.stop(signal.SIGTERM)
