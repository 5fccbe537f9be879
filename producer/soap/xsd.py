"""XSD files written from the messages: one per namespace, laid out in folders as the national releases are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import dirname, relpath

from producer.soap.contracts import EVERY_CONTRACT, Contract, Domain
from producer.soap.grammar import (
    HEADERS,
    REGISTRY,
    XSD,
    Element,
    Message,
    SimpleType,
    core,
    elements_of,
    parts_of,
)
from producer.soap.markup import document, leaf, node
from producer.soap.messages import Actor

LOGICAL_ADDRESS_TYPE = SimpleType(name="LogicalAddressType", meaning="the HSA-id of whoever the call is meant for")

_ANY = node("xs:any", {"namespace": "##other", "processContents": "lax", "minOccurs": "0", "maxOccurs": "unbounded"})


@dataclass(frozen=True, kw_only=True)
class Schema:
    """One schema file: the elements and types that it declares in its namespace."""

    path: str
    namespace: str
    version: str
    meaning: str
    elements: tuple[tuple[str, SimpleType | type[Message]], ...] = ()
    messages: tuple[type[Message], ...] = ()
    simple_types: tuple[SimpleType, ...] = ()


def schemas_of(domain: Domain) -> tuple[Schema, ...]:
    """Every schema of a domain, those that others build on first."""
    contracts = tuple(contract for contract in EVERY_CONTRACT if contract.domain == domain)
    found = [_registry(domain), *_headers(domain), *_core(domain, contracts)]
    for contract in contracts:
        found += _responder(contract)
    return tuple(found)


def render(schema: Schema, siblings: Iterable[Schema], *, is_inlined: bool = False) -> str:
    """The schema as XML; inlined in a WSDL it names the namespaces it needs, but no files."""
    places = {sibling.namespace: sibling.path for sibling in siblings}
    needed = sorted(_namespaces_used(schema) - {schema.namespace, XSD})
    prefixes = {schema.namespace: "tns", XSD: "xs"} | {space: _prefix(space) for space in needed}
    attributes = {f"xmlns:{prefix}": space for space, prefix in prefixes.items()}
    attributes |= {"targetNamespace": schema.namespace, "elementFormDefault": "qualified", "version": schema.version}
    folder = dirname(schema.path)
    imports = [
        {"namespace": space, "schemaLocation": "" if is_inlined else relpath(places[space], folder)} for space in needed
    ]
    return node(
        "xs:schema",
        attributes,
        _documentation(schema.meaning),
        *(node("xs:import", imported) for imported in imports),
        *(node("xs:element", {"name": name, "type": _type_name(kind, schema)}) for name, kind in schema.elements),
        *(_complex_type(message, schema, prefixes) for message in schema.messages),
        *(_simple_type(kind) for kind in schema.simple_types),
    )


def schema_path(contract: Contract) -> str:
    """The file that declares the contract's messages."""
    return f"{_stem(contract)}.xsd"


def xsd(schema: Schema, siblings: Iterable[Schema]) -> bytes:
    return document(render(schema, siblings))


def _registry(domain: Domain) -> Schema:
    return Schema(
        path=f"{domain.folder}/core_components/itintegration_registry_1.0.xsd",
        namespace=REGISTRY,
        version="1.0",
        meaning="The header that says whom a call is meant for.",
        elements=(("LogicalAddress", LOGICAL_ADDRESS_TYPE),),
        simple_types=(LOGICAL_ADDRESS_TYPE,),
    )


def _headers(domain: Domain) -> Iterator[Schema]:
    if domain.has_actor:
        yield Schema(
            path=f"{domain.folder}/core_components/interoperability_headers_1.0.xsd",
            namespace=HEADERS,
            version="1.0",
            meaning="The header that says who acts. A producer sends no ProcessingStatus, so it is not declared.",
            elements=(("Actor", Actor),),
            messages=(Actor,),
            simple_types=_simple_types((Actor,)),
        )


def _core(domain: Domain, contracts: Iterable[Contract]) -> Iterator[Schema]:
    """The types that the domain's messages share, and the elements that a later version added to them."""
    every = _parts(part for contract in contracts for part in (contract.request, contract.response))
    shared = tuple(part for part in every if part.namespace == core(domain.namespace))
    stem = f"{domain.folder}/core_components/{domain.folder}_{domain.version}"
    yield Schema(
        path=f"{stem}.xsd",
        namespace=core(domain.namespace),
        version=domain.version,
        meaning=f"Types that the messages of {domain.name} share.",
        messages=shared,
        simple_types=_simple_types(every) + domain.spare_types,
    )
    yield from _extension(f"{stem}_ext.xsd", core(domain.namespace), domain, shared)


def _responder(contract: Contract) -> Iterator[Schema]:
    """The messages of one contract, and the elements that a later version added to them."""
    own = tuple(
        part for part in _parts((contract.request, contract.response)) if part.namespace == contract.request.namespace
    )
    domain = contract.domain
    yield Schema(
        path=schema_path(contract),
        namespace=contract.request.namespace,
        version=domain.version,
        meaning=f"The request and the response of {contract.name}.",
        elements=tuple((root.__name__, root) for root in (contract.request, contract.response)),
        messages=own,
    )
    yield from _extension(f"{_stem(contract)}_ext.xsd", contract.request.namespace, domain, own)


def _stem(contract: Contract) -> str:
    domain, name = contract.domain, contract.name
    return f"{domain.folder}/interactions/{name}Interaction/{name}Responder_{domain.version}"


def _extension(path: str, namespace: str, domain: Domain, parts: Iterable[type[Message]]) -> Iterator[Schema]:
    added = {element.name: element.type for part in parts for element in elements_of(part) if element.is_extension}
    if added:
        yield Schema(
            path=path,
            namespace=f"{namespace}.1",
            version=domain.version,
            meaning=f"Elements that version {domain.version} added.",
            elements=tuple(added.items()),
        )


def _parts(roots: Iterable[type[Message]]) -> tuple[type[Message], ...]:
    return tuple(dict.fromkeys(part for root in roots for part in parts_of(root)))


def _simple_types(parts: Iterable[type[Message]]) -> tuple[SimpleType, ...]:
    kinds = dict.fromkeys(element.type for part in parts for element in elements_of(part))
    return tuple(kind for kind in kinds if isinstance(kind, SimpleType) and not kind.built_in)


def _namespaces_used(schema: Schema) -> set[str]:
    elements = [element for part in schema.messages for element in elements_of(part)]
    kinds = [kind for _, kind in schema.elements] + [element.type for element in elements if not element.is_extension]
    added = {element.namespace for element in elements if element.is_extension}
    return added | {_namespace_of(kind, schema) for kind in kinds}


def _namespace_of(kind: SimpleType | type[Message], schema: Schema) -> str:
    if isinstance(kind, type):
        return kind.namespace
    if kind.built_in:
        return XSD
    return schema.namespace if kind in schema.simple_types else core(_domain_of(schema.namespace))


def _domain_of(namespace: str) -> str:
    """The domain that a namespace belongs to: urn:riv:, two words and the rest."""
    return ":".join(namespace.split(":")[:4])


def _prefix(namespace: str) -> str:
    return "ext" if namespace.endswith(".1") else "core"


def _type_name(kind: SimpleType | type[Message], schema: Schema) -> str:
    namespace = _namespace_of(kind, schema)
    prefix = {XSD: "xs", schema.namespace: "tns"}.get(namespace, _prefix(namespace))
    return f"{prefix}:{_complex_name(kind) if isinstance(kind, type) else kind.name}"


def _complex_name(message: type[Message]) -> str:
    return f"{message.__name__.removesuffix('Type')}Type"


def _documentation(text: str) -> str:
    return node("xs:annotation", None, leaf("xs:documentation", text))


def _complex_type(message: type[Message], schema: Schema, prefixes: dict[str, str]) -> str:
    elements = [_local_element(element, schema, prefixes) for element in elements_of(message)]
    return node(
        "xs:complexType",
        {"name": _complex_name(message)},
        _documentation((message.__doc__ or "").strip()),
        node("xs:sequence", None, *elements, *([_ANY] if message.is_open else [])),
    )


def _local_element(element: Element, schema: Schema, prefixes: dict[str, str]) -> str:
    if element.is_extension:
        named = {"ref": f"{prefixes[element.namespace]}:{element.name}"}
    else:
        named = {"name": element.name, "type": _type_name(element.type, schema)}
    bounds = {"minOccurs": "" if element.mandatory else "0", "maxOccurs": "unbounded" if element.repeated else ""}
    return node("xs:element", named | bounds)


def _simple_type(kind: SimpleType) -> str:
    facets = [node("xs:pattern", {"value": kind.pattern})] if kind.pattern else []
    facets += [node("xs:enumeration", {"value": value}) for value in kind.values]
    return node(
        "xs:simpleType",
        {"name": kind.name},
        _documentation(f"{kind.meaning[0].upper()}{kind.meaning[1:]}."),
        node("xs:restriction", {"base": "xs:string"}, *facets),
    )
