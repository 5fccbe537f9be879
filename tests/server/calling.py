"""Calls a WSGI application as a consumer's HTTP would, over handlers that the tests make."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from producer.app import App, assembled
from producer.config import Config
from producer.soap import messages as m
from producer.soap.calls import Answer, Call
from producer.soap.codec import encode
from producer.store.engine import new_database
from producer.store.schema import upgrade_open

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PATIENT = "197001239297"
UNIT = "SE2321000016-DEMO1"
TYPES = m.GetAllTimeTypes(healthcare_facility=UNIT, subject_of_care=PATIENT)
CANCEL = m.CancelBooking(healthcare_facility=UNIT, bookingId="b-1")
ADDRESS = f'<l:LogicalAddress xmlns:l="urn:riv:itintegration:registry:1">{UNIT}</l:LogicalAddress>'
ACTOR = (
    '<a:Actor xmlns:a="urn:riv:interoperability:headers:1">'
    f"<a:actorId>{PATIENT}</a:actorId><a:actorType>subject_of_care</a:actorType></a:Actor>"
)


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def fault(self) -> tuple[str, str]:
        """The fault's code, without its prefix, and its text."""
        found = etree.fromstring(self.body).find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
        code, text = found.findtext("faultcode"), found.findtext("faultstring")
        prefix, _, name = code.partition(":")
        assert found.nsmap[prefix] == SOAP
        assert [child.tag for child in found] == ["faultcode", "faultstring"]
        return name, text


@dataclass
class Desk:
    """An application whose handlers keep the calls they got; one of them breaks."""

    calls: list[Call] = field(default_factory=list)
    config: Config = field(default_factory=Config)

    def __post_init__(self) -> None:
        database = new_database("sqlite://")
        upgrade_open(database)
        answering = {
            "GetAllTimeTypes": self._types,
            "CancelBooking": self._refuse,
            "GetBookingDetails": self._break,
            "PingForConfiguration": self._ping,
        }
        self.app: App = assembled(self.config, answering, database)

    def _types(self, call: Call) -> Answer:
        self.calls.append(call)
        kind = m.TimeTypeType(timeTypeName="Besök & samtal", timeTypeId="BESOK")
        return Answer(message=m.GetAllTimeTypesResponse(ListOfTimeTypes=(kind,)))

    def _refuse(self, call: Call) -> Answer:
        self.calls.append(call)
        answer = m.CancelBookingResponse(resultCode=m.ResultCode.ERROR, resultText="Bokningen är redan avbokad.")
        return Answer(message=answer, refusal="ALREADY_CANCELLED")

    def _break(self, _call: Call) -> Answer:
        raise RuntimeError(f"a bug that knows the patient {PATIENT}")

    def _ping(self, call: Call) -> Answer:
        self.calls.append(call)
        return Answer(message=m.PingForConfigurationResponse(version="1", pingDateTime="20260302120000"))

    def post(self, body: bytes, *, path: str = "/soap", **headers: str) -> Reply:
        return send(self.app, "POST", path, body, **{"CONTENT_TYPE": "text/xml; charset=utf-8", **headers})


def letter(message: m.Message, *blocks: str) -> bytes:
    """A SOAP request; without blocks it has the address and the patient as actor."""
    head = "".join(blocks or (ADDRESS, ACTOR))
    body = encode(message).decode()
    return (f'<s:Envelope xmlns:s="{SOAP}"><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>').encode()


def send(app: Any, method: str, path: str, body: bytes = b"", query: str = "", **environ: Any) -> Reply:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    request = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        **environ,
    }
    parts = app(request, lambda status, headers, _exc_info=None: started.append((status, headers)))
    content = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    ((status, headers),) = started
    return Reply(status=status, headers={name.lower(): value for name, value in headers}, body=content)
