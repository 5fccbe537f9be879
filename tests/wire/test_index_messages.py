import pytest
from lxml import etree

from producer.soap.client import envelope
from producer.soap.codec import Incomplete, Invalid, decode, encode, read
from producer.soap.contracts import UPDATE
from producer.soap.index_messages import EngagementTransactionType, EngagementType, Update, UpdateResponse
from producer.soap.messages import ResultCode

POST = EngagementType(
    registeredResidentIdentification="191212121212",
    serviceDomain="riv:crm:scheduling",
    categorization="NA",
    logicalAddress="SE2321000016-A65H",
    businessObjectInstanceIdentifier="861245",
    clinicalProcessInterestId="NA",
    mostRecentContent="20160613140000",
    sourceSystem="SE2321000016-84GX",
    dataController="SE232100-0016",
)
# The example of the contract description, TKB 3.4.10.
EXAMPLE = """
<u:Update xmlns:u="urn:riv:itintegration:engagementindex:UpdateResponder:1" xmlns:c="urn:riv:itintegration:engagementindex:1">
  <u:engagementTransaction>
    <c:deleteFlag>false</c:deleteFlag>
    <c:engagement>
      <c:registeredResidentIdentification>191212121212</c:registeredResidentIdentification>
      <c:serviceDomain>riv:crm:scheduling</c:serviceDomain>
      <c:categorization>NA</c:categorization>
      <c:logicalAddress>SE2321000016-A65H</c:logicalAddress>
      <c:businessObjectInstanceIdentifier>861245</c:businessObjectInstanceIdentifier>
      <c:clinicalProcessInterestId>NA</c:clinicalProcessInterestId>
      <c:mostRecentContent>20160613140000</c:mostRecentContent>
      <c:sourceSystem>SE2321000016-84GX</c:sourceSystem>
      <c:dataController>SE232100-0016</c:dataController>
    </c:engagement>
  </u:engagementTransaction>
</u:Update>"""


def test_the_example_of_the_contract_description_is_read_as_meant_and_written_alike() -> None:
    """Rules 83, 84 and 91: what is in a post, and in which order."""
    transaction = EngagementTransactionType(deleteFlag=False, engagement=POST)
    update = Update(engagementTransaction=(transaction,))
    assert decode(UPDATE, etree.fromstring(EXAMPLE)).message == update
    written, example = etree.fromstring(encode(update)), etree.fromstring(EXAMPLE)
    assert [(node.tag, (node.text or "").strip()) for node in written.iter()] == [
        (node.tag, (node.text or "").strip()) for node in example.iter()
    ]


def test_an_update_holds_one_post_at_least() -> None:
    """It is neither written nor read without."""
    with pytest.raises(Incomplete, match="engagementTransaction is mandatory"):
        encode(Update(engagementTransaction=()))
    with pytest.raises(Invalid, match="engagementTransaction is missing"):
        read(Update, etree.fromstring(f'<Update xmlns="{Update.namespace}"/>'))


def test_the_answer_has_its_result_code_with_a_capital_letter() -> None:
    """Rule 90"""
    answer = f'<r:UpdateResponse xmlns:r="{Update.namespace}"><r:{{0}}>ERROR</r:{{0}}><r:comment>x</r:comment></r:UpdateResponse>'
    told = read(UpdateResponse, etree.fromstring(answer.format("ResultCode"))).message
    assert told == UpdateResponse(ResultCode=ResultCode.ERROR, comment="x")
    with pytest.raises(Invalid, match="resultCode"):
        read(UpdateResponse, etree.fromstring(answer.format("resultCode")))


def test_a_call_to_the_index_has_no_actor() -> None:
    """Chapter 4.1: the logical address alone."""
    update = Update(engagementTransaction=(EngagementTransactionType(deleteFlag=True, engagement=POST),))
    root = etree.fromstring(envelope(update, "5565594230", None))
    assert [(etree.QName(block).localname, block.text) for block in root[0]] == [("LogicalAddress", "5565594230")]
