"""The published schemas, read from the folder beside the project where it is present, to compare ours with."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from producer.soap.contracts import Contract

FOLDER = Path(__file__).parents[3] / "shared" / "official"
XS = "{http://www.w3.org/2001/XMLSchema}"

official_is_here = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="the published schemas are not at ../shared/official, so there is nothing to compare with",
)


def official_text(path: str) -> str:
    """A published file, with the two anchors that XSD takes for ordinary characters removed (rule 26)."""
    text = (FOLDER / path).read_text("utf-8-sig")
    return re.sub(r'(<xs:pattern value=")\^(.*?)\$"', r'\1\2"', text)


def responder_path(contract: Contract) -> str:
    domain = contract.domain
    return f"{domain.folder}/interactions/{contract.name}Interaction/{contract.name}Responder_{domain.version}.xsd"


class _Official(etree.Resolver):
    def resolve(self, system_url, public_id, context):
        text = official_text(system_url.removeprefix("official:///"))
        return self.resolve_string(text.encode(), context, base_url=system_url)


@cache
def compiled_official(contract: Contract) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Official())
    path = responder_path(contract)
    return etree.XMLSchema(etree.fromstring(official_text(path).encode(), parser, base_url=f"official:///{path}"))


class Schemas:
    """A schema with everything it imports, as a table of named declarations."""

    def __init__(self, path: str, text_of) -> None:
        self.declared: dict[tuple[str, str], etree._Element] = {}
        self._load(path, text_of, set())

    def _load(self, path: str, text_of, seen: set[str]) -> None:
        if path in seen:
            return
        seen.add(path)
        text = text_of(path)
        root = etree.fromstring(text.encode() if isinstance(text, str) else text)
        for node in root:
            if node.tag == f"{XS}import":
                target = (Path("/") / path).parent / node.get("schemaLocation")
                self._load(str(target.resolve().relative_to("/")), text_of, seen)
            elif node.get("name"):
                self.declared[node.tag, f"{{{root.get('targetNamespace')}}}{node.get('name')}"] = node

    def described(self, element_name: str) -> list[str]:
        """Every element below a global one, line by line: where, name, namespace, cardinality, type."""
        element = self.declared[f"{XS}element", element_name]
        return list(self._type(_resolved(element, element.get("type")), element_name))

    def _type(self, type_name: str, where: str) -> Iterator[str]:
        complex_type = self.declared.get((f"{XS}complexType", type_name))
        if complex_type is None:
            yield f"{where} is {type_name} {self._facets(type_name)}"
            return
        yield f"{where} is {type_name} and holds"
        for particle in complex_type.find(f"{XS}sequence"):
            if particle.tag in (f"{XS}annotation", etree.Comment):
                continue
            bounds = f"{particle.get('minOccurs', '1')}..{particle.get('maxOccurs', '1')}"
            if particle.tag == f"{XS}any":
                yield f"{where}/any {bounds} {particle.get('namespace')} {particle.get('processContents')}"
                continue
            name, kind = self._declaration(
                particle, etree.QName(complex_type.getroottree().getroot().get("targetNamespace"), "x").namespace
            )
            yield f"{where}/{name} {bounds}"
            yield from self._type(kind, f"{where}/{etree.QName(name).localname}")

    def _declaration(self, particle: etree._Element, namespace: str) -> tuple[str, str]:
        if particle.get("ref"):
            name = _resolved(particle, particle.get("ref"))
            target = self.declared[f"{XS}element", name]
            return name, _resolved(target, target.get("type"))
        assert particle.getroottree().getroot().get("elementFormDefault") == "qualified"
        return f"{{{namespace}}}{particle.get('name')}", _resolved(particle, particle.get("type"))

    def _facets(self, type_name: str) -> str:
        simple = self.declared.get((f"{XS}simpleType", type_name))
        if simple is None:
            return ""
        restriction = simple.find(f"{XS}restriction")
        listed = sorted(node.get("value") for node in restriction.findall(f"{XS}enumeration"))
        has_pattern = "with a pattern" if restriction.find(f"{XS}pattern") is not None else ""
        return f"{_resolved(restriction, restriction.get('base'))} {listed} {has_pattern}"

    def patterns(self) -> dict[str, str]:
        return {
            name: pattern.get("value")
            for (tag, name), node in self.declared.items()
            if tag == f"{XS}simpleType"
            for pattern in node.iter(f"{XS}pattern")
        }


def _resolved(node: etree._Element, qualified: str) -> str:
    prefix, _, local = qualified.rpartition(":")
    return f"{{{node.nsmap[prefix or None]}}}{local}"
