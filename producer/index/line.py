"""The line to the index: posts go out as one Update, a verdict comes back."""

import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from producer.domain.engagements import NOT_APPLICABLE, SERVICE_DOMAIN
from producer.index import verdicts
from producer.index.verdicts import Verdict
from producer.soap.client import Client, SoapFault, Unanswered
from producer.soap.index_messages import EngagementTransactionType, EngagementType, Update
from producer.soap.times import as_ts
from producer.soap.writing import Incomplete
from producer.store.outbox import Post

_HASTE_SECONDS: Final = 10.0
_SECONDS_A_POST: Final = 0.03
"""The index promises an answer in 0.1 s and 0.02 s a post; half as much again is time to give up (EI TKB)."""


class Index(Protocol):
    """Whoever takes posts."""

    def tell(self, posts: Sequence[Post]) -> Verdict: ...
    def interrupt(self) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the index is called, and by which logical address."""

    url: str
    logical_address: str
    ssl_context: ssl.SSLContext | None = None


class Line:
    """An index that is reached by SOAP; one call at a time, and each is over in `seconds_for` its posts."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._client: Client | None = None
        self._is_cut = False

    def tell(self, posts: Sequence[Post]) -> Verdict:
        seconds = seconds_for(len(posts))
        with Client(timeout=seconds, ssl_context=self._place.ssl_context) as self._client:
            late = threading.Timer(seconds, self._client.abort)  # an answer may come drop by drop, each in time
            late.daemon = True
            late.start()
            try:
                return self._told(self._client, posts)
            finally:
                late.cancel()

    def interrupt(self) -> None:
        """From another thread: a call under way ends at once, and none is begun any more."""
        self._is_cut = True
        if self._client is not None:
            self._client.abort()

    def _told(self, client: Client, posts: Sequence[Post]) -> Verdict:
        if self._is_cut:
            return verdicts.failed("interrupted")
        try:
            address = self._place.logical_address
            answer = client.call(self._place.url, update_of(posts), logical_address=address, actor=None)
        except SoapFault as fault:
            return verdicts.of_fault(fault)
        except Unanswered as trouble:
            return verdicts.failed(trouble.reason)
        except Incomplete as trouble:  # a post lacks what every one must have, and would tomorrow
            return verdicts.refused(str(trouble))
        return verdicts.of_answer(answer)


def seconds_for(posts: int) -> float:
    """How long a call with so many posts may take."""
    return _HASTE_SECONDS + _SECONDS_A_POST * posts


def update_of(posts: Sequence[Post]) -> Update:
    """Without owner, creationTime and updateTime, which are the index's to set (rule 91)."""
    return Update(engagementTransaction=tuple(map(_transaction, posts)))


def _transaction(post: Post) -> EngagementTransactionType:
    return EngagementTransactionType(
        deleteFlag=post.deleted,
        engagement=EngagementType(
            registeredResidentIdentification=post.patient,
            serviceDomain=SERVICE_DOMAIN,
            categorization=post.categorization,
            logicalAddress=post.logical_address,
            businessObjectInstanceIdentifier=post.business_id,
            clinicalProcessInterestId=NOT_APPLICABLE,
            mostRecentContent=None if post.most_recent is None else as_ts(post.most_recent),
            sourceSystem=post.source_system,
            dataController=post.data_controller,
        ),
    )
