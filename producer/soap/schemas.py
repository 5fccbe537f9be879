"""The schemas folder: every XSD and WSDL of the contracts, written, served and compiled from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from producer.soap.contracts import EVERY_CONTRACT
from producer.soap.wsdl import single_wsdl, wsdl, wsdl_file, wsdl_path
from producer.soap.xsd import schemas_of, xsd

__all__ = ["files", "single_wsdl", "write", "wsdl"]

_HERE = "http://127.0.0.1:8080"  # where `make serve` answers; a served WSDL carries the true address


@cache
def files() -> Mapping[str, bytes]:
    """Every file by its path under schemas/."""
    domains = dict.fromkeys(contract.domain for contract in EVERY_CONTRACT)
    found = {
        schema.path: xsd(schema, siblings)
        for siblings in (schemas_of(domain) for domain in domains)
        for schema in siblings
    }
    found |= {wsdl_path(contract): wsdl_file(contract, f"{_HERE}{contract.path}") for contract in EVERY_CONTRACT}
    return MappingProxyType(found)


def write(folder: Path) -> None:
    for path, content in files().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
