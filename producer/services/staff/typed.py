"""What staff type into forms, held against what can be kept and shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from producer.domain.hsa_ids import Flaw, flaw_in
from producer.domain.staff import Fault, Sentence

_NOT_SHOWABLE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_HSA_ID_FLAWS = {
    Flaw.MISSING: Sentence("Ange ett HSA-id."),
    Flaw.NOT_ENGLISH_LETTERS: Sentence("Ett HSA-id har inga å, ä eller ö, bara A-Z, siffror och bindestreck."),
    Flaw.TOO_LONG: Sentence("HSA-id:t är för långt, högst 31 tecken."),
    Flaw.SHAPE: Sentence(
        "Ett HSA-id skrivs SE, tio siffror, bindestreck och minst en bokstav eller siffra: SE2321000016-3MKB."
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A field of one line: how long it may be, and what is said when it is empty and must not be."""

    longest: int
    must: Sentence | None = None


def line_faults(typed: Mapping[str, str], lines: Mapping[str, Line]) -> list[Fault]:
    found = ((field, _flaw(typed.get(field, ""), line)) for field, line in lines.items())
    return [Fault(field, sentence) for field, sentence in found if sentence]


def hsa_id_faults(hsa_id: str) -> list[Fault]:
    flaw = flaw_in(hsa_id)
    return [] if flaw is None else [Fault("hsa_id", _HSA_ID_FLAWS[flaw])]


def _flaw(value: str, line: Line) -> Sentence | None:
    if not value:
        return line.must
    if len(value) > line.longest:
        return Sentence("Texten är för lång, högst %(length)s tecken.", {"length": line.longest})
    if _NOT_SHOWABLE.search(value):
        return Sentence("Texten har ett tecken som inte går att visa.")
    return None
