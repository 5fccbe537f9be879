"""Calls any contract of any producer, on the standard library's HTTP."""

from __future__ import annotations

import selectors
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from types import MappingProxyType
from typing import Self
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from producer.soap.contracts import Contract, by_request_qname
from producer.soap.grammar import REGISTRY, Message
from producer.soap.messages import Actor
from producer.soap.reading import Invalid, read
from producer.soap.writing import encode

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_LARGEST_ANSWER = 64 * 1024 * 1024
_CONNECT_SECONDS = 5.0
"""Whoever is there answers the door at once, however long the answer to a call may take."""
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class SoapFault(Exception):
    """The producer answered with a fault; `code` is without its prefix."""

    def __init__(self, code: str, text: str, status: int) -> None:
        super().__init__(f"{code}: {text} (HTTP {status})")
        self.code = code
        self.text = text
        self.status = status


class Unanswered(Exception):
    """No answer came, or one that is no answer to the call; whether the call had an effect is unknown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def call(
    url: str,
    message: Message,
    *,
    logical_address: str,
    actor: Actor | None,
    headers: Mapping[str, str] = _NO_HEADERS,
    timeout: float = 30.0,
    ssl_context: ssl.SSLContext | None = None,
) -> Message:
    """One call on a connection of its own; the response message, SoapFault or Unanswered."""
    with Client(timeout=timeout, ssl_context=ssl_context) as client:
        return client.call(url, message, logical_address=logical_address, actor=actor, headers=headers)


class Client:
    """Keeps one connection alive between calls to the same host; not for several threads at once."""

    def __init__(self, *, timeout: float = 30.0, ssl_context: ssl.SSLContext | None = None) -> None:
        self._timeout = timeout
        self._ssl_context = ssl_context
        self._connection: HTTPConnection | None = None
        self._origin: tuple[str, str] | None = None
        self._socket: socket | None = None
        self._is_aborted = False

    def call(
        self,
        url: str,
        message: Message,
        *,
        logical_address: str,
        actor: Actor | None,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> Message:
        contract = _contract_of(message)
        self._is_aborted = False
        ours = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{contract.soap_action}"'}
        status, body = self._post(url, envelope(message, logical_address, actor), ours | dict(headers))
        return _answer(contract, status, body)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._origin = self._socket = None

    def abort(self) -> None:
        """From another thread: a call under way ends at once, unanswered, however slowly its answer was coming."""
        self._is_aborted = True
        connected = self._socket
        if connected is not None:
            with suppress(OSError):
                connected.shutdown(SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection = self._connected(parts.scheme, parts.netloc)
            connection.request("POST", path, body, dict(headers))
            response = connection.getresponse()
            return response.status, _content(response)
        except (OSError, HTTPException) as reason:
            self.close()
            raise Unanswered(f"{type(reason).__name__}: {reason}") from reason
        except BaseException:
            self.close()  # what is left of the answer must not be taken for the next one
            raise

    def _connected(self, scheme: str, host: str) -> HTTPConnection:
        """The connection to that host, a new one if the last was to another or the producer has closed it."""
        if self._connection is not None and (self._origin != (scheme, host) or _is_stale(self._connection)):
            self.close()
        if self._connection is None:
            self._connection, self._origin = self._new(scheme, host), (scheme, host)
            self._connection.connect()
            self._connection.sock.settimeout(self._timeout)
            self._socket = self._connection.sock
            if self._is_aborted:
                raise ConnectionAbortedError("the call was given up before it was sent")
        return self._connection

    def _new(self, scheme: str, host: str) -> HTTPConnection:
        patience = min(self._timeout, _CONNECT_SECONDS)
        if scheme == "https":
            return HTTPSConnection(host, timeout=patience, context=self._ssl_context)
        if scheme == "http":
            return HTTPConnection(host, timeout=patience)
        raise Unanswered(f"{scheme or 'no'} protocol: only http and https are spoken")


def envelope(message: Message, logical_address: str, actor: Actor | None) -> bytes:
    """The whole request; a call without an actor is what a consumer of version 1.0 sends (rule 99)."""
    address = f'<h:LogicalAddress xmlns:h="{REGISTRY}">{escape(logical_address)}</h:LogicalAddress>'
    acting = b"" if actor is None else encode(actor)
    opening = f'<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope xmlns:s="{_SOAP}"><s:Header>{address}'
    return b"".join((opening.encode(), acting, b"</s:Header><s:Body>", encode(message), b"</s:Body></s:Envelope>"))


def _contract_of(message: Message) -> Contract:
    name = f"{{{message.namespace}}}{type(message).__name__}"
    if name not in by_request_qname:
        raise ValueError(f"{type(message).__name__} is not the request of a contract")
    return by_request_qname[name]


def _is_stale(connection: HTTPConnection) -> bool:
    """Whether the producer has closed the idle connection; then no call can have reached it."""
    if connection.sock is None:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def _content(response: HTTPResponse) -> bytes:
    body = response.read(_LARGEST_ANSWER + 1)
    if len(body) > _LARGEST_ANSWER:
        raise Unanswered("the answer is too large")
    return body


def _answer(contract: Contract, status: int, body: bytes) -> Message:
    element = _body_element(status, body)
    if element.tag == f"{{{_SOAP}}}Fault":
        code = (element.findtext("faultcode") or "").strip().rpartition(":")[2]
        raise SoapFault(code, (element.findtext("faultstring") or "").strip(), status)
    try:
        return read(contract.response, element).message
    except Invalid as reason:
        raise Unanswered(f"HTTP {status}, and the answer is not valid: {reason}") from reason


def _body_element(status: int, body: bytes) -> etree._Element:
    root = _root(status, body)
    elements = root.findall(f"{{{_SOAP}}}Body/*") if root.tag == f"{{{_SOAP}}}Envelope" else []
    if len(elements) != 1:
        raise Unanswered(f"HTTP {status}, and no SOAP 1.1 answer")
    return elements[0]


def _root(status: int, body: bytes) -> etree._Element:
    """The answer's root; document types, entities and the network are out of reach of whoever answers."""
    if not body.strip():
        raise Unanswered(f"HTTP {status}, and an empty body")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as reason:
        raise Unanswered(f"HTTP {status}, and no well-formed XML: {reason.msg}") from reason
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs leave it out
        raise Unanswered(f"HTTP {status}, and a document type, which is not accepted")
    return root
