"""Which consumers may call, and what, by the HSA-id that the platform gives of them (rule 13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from producer.soap.contracts import EVERY_CONTRACT

NOT_ALLOWED: Final = "CONSUMER_NOT_ALLOWED"
"""As the log and the numbers name it."""
_EVERY: Final = frozenset(row.name for row in EVERY_CONTRACT)
_FOR_ALL_LISTED: Final = frozenset({"PingForConfiguration"})
"""Whoever may call anything may ask whether anybody is there."""


class NoSuchContract(ValueError):
    """A consumer is allowed what there is not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Consumers:
    """The contracts of each consumer; without any consumer every one may call them all."""

    contracts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, written: Iterable[str]) -> Self:
        """From HSAID, which may call everything, or HSAID=CONTRACT,CONTRACT; what is said twice adds up."""
        found: dict[str, frozenset[str]] = {}
        for each in written:
            consumer, _, names = each.partition("=")
            key = _key(consumer)
            found[key] = found.get(key, frozenset()) | (_contracts(each, names) if "=" in each else _EVERY)
        return cls(contracts=found)

    def allow(self, consumer: str | None, contract: str) -> bool:
        if not self.contracts:
            return True
        return consumer is not None and contract in self.contracts.get(_key(consumer), frozenset())


def _contracts(written: str, names: str) -> frozenset[str]:
    named = frozenset(name.strip() for name in names.split(","))
    if unknown := sorted(named - _EVERY):
        raise NoSuchContract(f"{written}: there is no contract {unknown[0] or 'without a name'}")
    return named | _FOR_ALL_LISTED


def _key(hsa_id: str) -> str:
    """HSA-ids are compared without regard to case (rule 17)."""
    return hsa_id.strip().upper()
