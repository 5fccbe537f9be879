"""What the index's answer means for the posts that were in the call (domain.md 4.4, rule 90)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from producer.serving.masking import masked
from producer.soap.client import SoapFault
from producer.soap.grammar import Message
from producer.soap.index_messages import UpdateResponse
from producer.soap.messages import ResultCode

_REFUSING_FAULT: Final = re.compile(r"EI00[12456]\b")
"""These find fault with a post. EI003 means that the index is called by another address than ours, EI000 that it has
trouble of its own: neither is the posts' fault, so they wait until it is put right, as they do at the platform's VP0xx.
"""
_LONGEST_REASON: Final = 300


class Outcome(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"
    """For good: one of the posts at least is such that the index will never take it."""
    FAILED = "failed"
    """For now: another time the same call may be taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: str = ""
    """As the index or the network said it, without personal ids."""


def of_answer(answer: Message) -> Verdict:
    if not isinstance(answer, UpdateResponse):
        return failed(f"the answer is {type(answer).__name__}")
    if answer.ResultCode == ResultCode.ERROR:
        return refused(f"ResultCode ERROR: {answer.comment or 'no comment'}")
    return Verdict(outcome=Outcome.TAKEN)


def of_fault(fault: SoapFault) -> Verdict:
    is_for_good = _REFUSING_FAULT.match(fault.text)
    return (refused if is_for_good else failed)(fault.text or f"SOAP fault {fault.code}, HTTP {fault.status}")


def refused(reason: str) -> Verdict:
    return Verdict(outcome=Outcome.REFUSED, reason=_fit_to_show(reason))


def failed(reason: str) -> Verdict:
    return Verdict(outcome=Outcome.FAILED, reason=_fit_to_show(reason))


def _fit_to_show(reason: str) -> str:
    """On one line, not too long, and no patient in it: an index may quote the post that it refuses."""
    return masked(" ".join(reason.split()))[:_LONGEST_REASON]
