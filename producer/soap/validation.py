"""The served schemas, compiled: whether an element is one of a contract's messages, and what is wrong if not."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from lxml import etree

from producer.soap.contracts import EVERY_CONTRACT, Contract
from producer.soap.reading import masked
from producer.soap.schemas import write
from producer.soap.xsd import schema_path

_NAME = re.compile(r"\AElement '(?:\{[^}]*\})?([^']+)'")

_WRONG: Mapping[str, str] = MappingProxyType(
    {
        "SCHEMAV_ELEMENT_CONTENT": "the elements are not those of the schema, in its order",
        "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "an attribute is not allowed",
        "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "text is not allowed between the elements",
        "SCHEMAV_CVC_TYPE_3_1_1": "an attribute is not allowed",
        "SCHEMAV_CVC_TYPE_3_1_2": "holds an element where a value should be",
        "SCHEMAV_CVC_PATTERN_VALID": "the value does not have the form that the schema asks for",
        "SCHEMAV_CVC_ENUMERATION_VALID": "the value is not one of those that the schema lists",
        "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "the value is not of the type that the schema names",
        "SCHEMAV_CVC_ELT_1": "the element is not declared by the schema",
        "SCHEMAV_CVC_ELT_3_1": "the element cannot be nil",
        "SCHEMAV_CVC_ELT_4_2": "the attribute xsi:type names no known type",
        "SCHEMAV_CVC_ELT_4_3": "the attribute xsi:type names a type that does not fit",
    }
)


class _Schemas:
    """Every contract's compiled schema, for one thread at a time.

    lxml keeps the errors of a validation in the schema object, and libxml2 sets itself up at the first compilation;
    neither stands a second thread. A validation takes microseconds, so the turns are short.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._by_contract: Mapping[str, etree.XMLSchema] = MappingProxyType({})

    def first_error(self, contract: Contract, element: etree._Element) -> etree._LogEntry | None:
        with self._turn:
            if not self._by_contract:
                self._by_contract = _compiled()
            schema = self._by_contract[contract.name]
            if schema.validate(element):
                return None
            return schema.error_log[0]  # type: ignore[index]  # the stubs do not know that the log is a list


_SCHEMAS = _Schemas()


def schema_errors(contract: Contract, element: etree._Element) -> str | None:
    """What the contract's schema holds against the element and where, without any submitted value; None if nothing."""
    error = _SCHEMAS.first_error(contract, element)
    if error is None:
        return None
    name = _NAME.match(error.message)
    what = _WRONG.get(error.type_name, f"is not what the schema asks for ({error.type_name})")
    return masked(f"{name.group(1) if name else contract.name}: {what}")


def _compiled() -> Mapping[str, etree.XMLSchema]:
    """Every contract's schema, from files: a resolver of our own could be displaced by a parser in another thread."""
    with TemporaryDirectory(prefix="tidbok-schemas-") as folder:
        write(Path(folder))
        return MappingProxyType(
            {
                contract.name: etree.XMLSchema(file=str(Path(folder) / schema_path(contract)))
                for contract in EVERY_CONTRACT
            }
        )
