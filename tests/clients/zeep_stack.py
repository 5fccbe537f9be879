"""Python's zeep, from the WSDL of each contract."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import zeep
from lxml import etree
from zeep.helpers import serialize_object

from clients.stacks import Faulted, Headers, WsdlStyle, path_of

_PARTS = {"LogicalAddress": "LogicalAddress", "Actor": "actor"}
_NAMESPACES = {"LogicalAddress": "urn:riv:itintegration:registry:1", "Actor": "urn:riv:interoperability:headers:1"}


class ZeepStack:
    def __init__(self, address: str, style: WsdlStyle, session: requests.Session) -> None:
        self._address = address
        self._style = style
        self._transport = zeep.Transport(session=session, timeout=30, operation_timeout=30)
        self._clients: dict[str, zeep.Client] = {}

    def call(self, contract: str, headers: Headers, **body: Any) -> Mapping[str, Any]:
        client = self.client(contract)
        try:
            answer = getattr(client.service, contract)(**body, _soapheaders=_headers(client, headers))
        except zeep.exceptions.Fault as fault:
            raise Faulted(str(fault.code).rpartition(":")[2], fault.message) from fault
        return serialize_object(answer, dict) or {}

    def client(self, contract: str) -> zeep.Client:
        if contract not in self._clients:
            wsdl = f"{self._address}{path_of(contract)}?{self._style}"
            self._clients[contract] = zeep.Client(wsdl, transport=self._transport)
        return self._clients[contract]


def _headers(client: zeep.Client, headers: Headers) -> Any:
    """By the names of the WSDL's parts, as zeep would have it; unusual ones as elements in their order."""
    if headers.actor is not None and not headers.actor_first:
        return {_PARTS[name]: value for name, value in headers.blocks}
    return [_block(client, name, value) for name, value in headers.blocks]


def _block(client: zeep.Client, name: str, value: Any) -> etree._Element:
    holder = etree.Element("holder")
    element = client.get_element(f"{{{_NAMESPACES[name]}}}{name}")
    element.render(holder, element(**value) if isinstance(value, dict) else value)
    return holder[0]


@contextmanager
def zeep_stack(address: str, style: WsdlStyle) -> Iterator[ZeepStack]:
    with requests.Session() as session:
        yield ZeepStack(address, style, session)
