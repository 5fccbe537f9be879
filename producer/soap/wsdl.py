"""WSDL files written from the contract rows."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname, relpath

from producer.soap.contracts import Contract
from producer.soap.grammar import HEADERS, REGISTRY
from producer.soap.markup import document, leaf, node
from producer.soap.xsd import Schema, render, schemas_of

_HTTP = "http://schemas.xmlsoap.org/soap/http"


def wsdl_path(contract: Contract) -> str:
    name, domain = f"{contract.name}Interaction", contract.domain
    return f"{domain.folder}/interactions/{name}/{name}_{domain.version}_RIVTABP21.wsdl"


def wsdl_file(contract: Contract, address: str) -> bytes:
    """The WSDL as it lies in its folder, naming the schemas by relative paths."""
    folder = dirname(wsdl_path(contract))
    return _importing(contract, address, {schema.path: relpath(schema.path, folder) for schema in _needed(contract)})


def wsdl(contract: Contract, address: str, schemas: str | None = None) -> bytes:
    """The WSDL as it is served: the schemas are absolute URLs under `schemas`, by default beside the address."""
    base = schemas or f"{_origin(contract, address)}/schemas"
    return _importing(contract, address, {schema.path: f"{base}/{schema.path}" for schema in _needed(contract)})


def single_wsdl(contract: Contract, address: str) -> bytes:
    """The WSDL with every schema inside, for clients that cannot follow imports.

    The body's part comes before the headers': such clients often take a message's first part for its body,
    and the order of parts says nothing about the wire.
    """
    siblings = schemas_of(contract.domain)
    inlined = [render(schema, siblings, is_inlined=True) for schema in _closure(contract)]
    return document(_definitions(contract, address, inlined, (_body_part(contract), *_header_parts(contract))))


def _origin(contract: Contract, address: str) -> str:
    """Where the producer's URLs begin, also behind a proxy that puts a path in front."""
    if address.endswith(contract.path):
        return address.removesuffix(contract.path)
    return "/".join(address.split("/")[:3])


def _importing(contract: Contract, address: str, locations: Mapping[str, str]) -> bytes:
    imports = [
        node("xs:import", {"namespace": schema.namespace, "schemaLocation": locations[schema.path]})
        for schema in _needed(contract)
    ]
    schema = node("xs:schema", {"targetNamespace": contract.wsdl_namespace}, *imports)
    return document(_definitions(contract, address, [schema], (*_header_parts(contract), _body_part(contract))))


def _needed(contract: Contract) -> tuple[Schema, ...]:
    """The schemas that the WSDL's own parts name: the contract's messages and the headers."""
    wanted = {contract.request.namespace, REGISTRY} | ({HEADERS} if contract.has_actor else set())
    return tuple(schema for schema in schemas_of(contract.domain) if schema.namespace in wanted)


def _closure(contract: Contract) -> tuple[Schema, ...]:
    """Every schema that the contract's messages and headers reach."""
    own = contract.request.namespace
    others = {row.namespace for row in schemas_of(contract.domain) if "Responder:" in row.namespace} - {own, f"{own}.1"}
    return tuple(schema for schema in schemas_of(contract.domain) if schema.namespace not in others)


def _definitions(contract: Contract, address: str, schemas: list[str], parts: tuple[str, ...]) -> str:
    attributes = {
        "name": f"{contract.name}Interaction",
        "targetNamespace": contract.wsdl_namespace,
        "xmlns:wsdl": "http://schemas.xmlsoap.org/wsdl/",
        "xmlns:soap": "http://schemas.xmlsoap.org/wsdl/soap/",
        "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
        "xmlns:tns": contract.wsdl_namespace,
        "xmlns:messages": contract.request.namespace,
        "xmlns:registry": REGISTRY,
        "xmlns:headers": HEADERS if contract.has_actor else "",
    }
    return node(
        "wsdl:definitions",
        attributes,
        leaf("wsdl:documentation", f"{contract.name} {contract.domain.version} of {contract.domain.name}, RIVTABP21."),
        node("wsdl:types", None, *schemas),
        node("wsdl:message", {"name": f"{contract.name}Request"}, *parts),
        node(
            "wsdl:message",
            {"name": f"{contract.name}Response"},
            _part("parameters", f"messages:{contract.name}Response"),
        ),
        _port_type(contract),
        _binding(contract),
        _service(contract, address),
    )


def _part(name: str, element: str, meaning: str = "") -> str:
    notes = [leaf("wsdl:documentation", meaning)] if meaning else []
    return node("wsdl:part", {"name": name, "element": element}, *notes)


def _header_parts(contract: Contract) -> tuple[str, ...]:
    address = _part("LogicalAddress", "registry:LogicalAddress", "The HSA-id of the care unit or system addressed.")
    return (address, _part("actor", "headers:Actor", "Who acts.")) if contract.has_actor else (address,)


def _body_part(contract: Contract) -> str:
    return _part("parameters", f"messages:{contract.name}")


def _port_type(contract: Contract) -> str:
    operation = node(
        "wsdl:operation",
        {"name": contract.name},
        leaf("wsdl:documentation", (contract.request.__doc__ or "").strip()),
        node("wsdl:input", {"message": f"tns:{contract.name}Request"}),
        node("wsdl:output", {"message": f"tns:{contract.name}Response"}),
    )
    return node("wsdl:portType", {"name": f"{contract.name}ResponderInterface"}, operation)


def _binding(contract: Contract) -> str:
    request = f"tns:{contract.name}Request"
    headers = [
        node("soap:header", {"message": request, "part": part, "use": "literal"})
        for part in ("LogicalAddress", *(("actor",) if contract.has_actor else ()))
    ]
    operation = node(
        "wsdl:operation",
        {"name": contract.name},
        node("soap:operation", {"soapAction": contract.soap_action, "style": "document"}),
        node("wsdl:input", None, *headers, node("soap:body", {"parts": "parameters", "use": "literal"})),
        node("wsdl:output", None, node("soap:body", {"use": "literal"})),
    )
    return node(
        "wsdl:binding",
        {"name": f"{contract.name}ResponderBinding", "type": f"tns:{contract.name}ResponderInterface"},
        node("soap:binding", {"style": "document", "transport": _HTTP}),
        operation,
    )


def _service(contract: Contract, address: str) -> str:
    port = node(
        "wsdl:port",
        {"name": f"{contract.name}ResponderPort", "binding": f"tns:{contract.name}ResponderBinding"},
        node("soap:address", {"location": address}),
    )
    return node("wsdl:service", {"name": f"{contract.name}ResponderService"}, port)
