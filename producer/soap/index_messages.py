"""The messages of Engagemangsindex: Update, which a producer sends, and GetUpdates, which it can answer.

Update follows the published schemas. GetUpdates is gone from them and is written from its description of release
candidate 11: it shares the types of Update.
"""

from __future__ import annotations

from typing import Annotated

from producer.soap.grammar import AT_LEAST_ONE, ENGAGEMENTS, Message, SimpleType, core, message, responder
from producer.soap.parts import TS, AnyUri, HsaId, ResultCode, Text

ResidentId = Annotated[
    str,
    SimpleType(
        name="RegisteredResidentIdentificationType",
        meaning="a person number, coordination number or reserve number of 12 characters",
        # Rule 26: without the anchors that XSD takes for characters. The text of version 1.0.9 lets any capital
        # letter stand in the last four; the schemas do not, nor does the index itself.
        pattern="[0-9]{8}[0-9pPtTfF][0-9]{3}",
    ),
]
ProcessInterestId = Annotated[
    str, SimpleType(name="ClinicalProcessInterestIdType", meaning="a process of care, or NA where there is none")
]
OrganisationNumber = Annotated[
    str, SimpleType(name="OrgNoType", meaning="who answers for the personal data: an organisation number or an HSA-id")
]


@message(core(ENGAGEMENTS))
class EngagementType(Message):
    """A post of the index: which resident has something of which kind, where, and since or until when."""

    registeredResidentIdentification: ResidentId
    serviceDomain: AnyUri
    categorization: Text
    logicalAddress: Text
    businessObjectInstanceIdentifier: Text
    clinicalProcessInterestId: ProcessInterestId
    mostRecentContent: TS | None = None
    sourceSystem: HsaId
    creationTime: TS | None = None
    updateTime: TS | None = None
    dataController: OrganisationNumber
    owner: HsaId | None = None


@message(core(ENGAGEMENTS))
class EngagementTransactionType(Message):
    """A post that is to be as it is here, or to be gone."""

    deleteFlag: bool
    engagement: EngagementType


@message(responder("Update", ENGAGEMENTS))
class Update(Message):
    """Tells the index of posts that are new, changed or gone."""

    engagementTransaction: Annotated[tuple[EngagementTransactionType, ...], AT_LEAST_ONE]


@message(responder("Update", ENGAGEMENTS))
class UpdateResponse(Message):
    """Whether the index has taken all of the posts, or none."""

    ResultCode: ResultCode
    comment: Text | None = None


@message(core(ENGAGEMENTS))
class RegisteredResidentEngagementType(Message):
    """All posts of one resident; without any, all that there were are gone."""

    registeredResidentIdentification: ResidentId
    engagement: tuple[EngagementType, ...] = ()


@message(responder("GetUpdates", ENGAGEMENTS))
class GetUpdates(Message):
    """Asks for all posts of everyone who has had one changed since; goes on after a resident that was the last."""

    serviceDomain: AnyUri
    timeStamp: TS
    registeredResidentLastFetched: ResidentId | None = None


@message(responder("GetUpdates", ENGAGEMENTS))
class GetUpdatesResponse(Message):
    """The residents, and whether these are the last of them."""

    responseIsComplete: bool
    registeredResidentEngagement: tuple[RegisteredResidentEngagementType, ...] = ()
