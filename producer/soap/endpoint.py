"""SOAP over HTTP as a WSGI callable: POST is a call, GET a WSDL, anything else a 405."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIEnvironment

from producer.soap import schemas
from producer.soap.addresses import base_address
from producer.soap.bodies import body_of
from producer.soap.contracts import CONTRACTS, Contract
from producer.soap.server import Outcome, Request, SoapServer

ANY_CONTRACT: Final = "/soap"
_FOLDERS: Final = (f"{ANY_CONTRACT}/", "/crm/", "/itintegration/")
_HEADER_VALUE = re.compile(r"[\x21-\x7e]{1,128}")
_CORRELATION: Final = "x-skltp-correlation-id"
_XML: Final = "text/xml; charset=utf-8"
_TEXT: Final = "text/plain; charset=utf-8"
_STATUS: Final = {False: "200 OK", True: "500 Internal Server Error"}  # a fault is always 500 (rules 1, 2)
_WSDLS: Final[Mapping[str, Callable[[Contract, str], bytes]]] = {
    "wsdl": schemas.wsdl,
    "singlewsdl": schemas.single_wsdl,
}


def is_soap(path: str) -> bool:
    """Whether the path is one of those that SOAP answers to every method at."""
    return path == ANY_CONTRACT or path.startswith(_FOLDERS)


class Endpoint:
    """Every contract, whatever the path: the body's root says which it is (rules 7, 11)."""

    def __init__(
        self,
        server: SoapServer,
        record: Callable[[Outcome], None],
        *,
        behind_proxy: bool,
        contracts: Iterable[Contract] = CONTRACTS,
    ) -> None:
        self._server = server
        self._record = record
        self._behind_proxy = behind_proxy
        self._by_path = {row.path: row for row in contracts}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            return self._call(environ, start_response)
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and (kinds := _kinds(environ)):
            return self._wsdl(kinds[0], environ, start_response)
        text = "This is a SOAP 1.1 endpoint: POST a request to it. ?wsdl at a contract's own address gives its WSDL.\n"
        return _respond(start_response, "405 Method Not Allowed", _TEXT, text.encode(), ("Allow", "POST"))

    def _call(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        correlation_id = _value(environ, "HTTP_X_SKLTP_CORRELATION_ID") or str(uuid4())
        reply = self._server.answer(
            Request(
                body=lambda: body_of(environ),
                content_type=environ.get("CONTENT_TYPE", ""),
                correlation_id=correlation_id,
                consumer=_value(environ, "HTTP_X_RIVTA_ORIGINAL_SERVICECONSUMER_HSAID"),
            )
        )
        self._record(reply.outcome)
        status = _STATUS[reply.outcome.is_fault]
        return _respond(start_response, status, _XML, b"".join(reply.parts), (_CORRELATION, correlation_id))

    def _wsdl(self, kind: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        contract = self._by_path.get(environ["PATH_INFO"])
        if contract is None:
            text = f"No contract lives here. Their addresses: {', '.join(self._by_path)}\n"
            return _respond(start_response, "404 Not Found", _TEXT, text.encode())
        document = _WSDLS[kind](contract, f"{base_address(environ, self._behind_proxy)}{contract.path}")
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else document
        return _respond(start_response, "200 OK", _XML, body)


def _kinds(environ: Mapping[str, Any]) -> list[str]:
    asked = (part.partition("=")[0].lower() for part in environ.get("QUERY_STRING", "").split("&"))
    return [kind for kind in asked if kind in _WSDLS]


def _value(environ: Mapping[str, Any], name: str) -> str | None:
    """A header that is fit to be logged and sent back, None for any other."""
    value = str(environ.get(name, "")).strip(" \t")  # what HTTP counts as blank
    return value if _HEADER_VALUE.fullmatch(value) else None


def _respond(
    start_response: StartResponse, status: str, content_type: str, body: bytes, *more: tuple[str, str]
) -> Iterable[bytes]:
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body))), *more])
    return [body]
