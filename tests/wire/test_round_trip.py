import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from wire_documents import messages

from producer.soap.codec import decode, encode, read, schema_errors
from producer.soap.contracts import EVERY_CONTRACT, Contract
from producer.soap.messages import Actor, ActorType

every_contract = pytest.mark.parametrize("contract", EVERY_CONTRACT, ids=lambda contract: contract.name)


@every_contract
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_request_is_valid_and_comes_back_as_it_went(contract: Contract, data: st.DataObject) -> None:
    """Order, namespaces and odd spellings are the schema's (rules 26, 30, 31)."""
    request = data.draw(messages(contract.request))
    element = etree.fromstring(encode(request))
    assert schema_errors(contract, element) is None
    reading = decode(contract, element)
    assert reading.message == request
    assert reading.empty_elements == ()


@every_contract
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_response_is_valid_and_comes_back_as_it_went(contract: Contract, data: st.DataObject) -> None:
    """What a producer answers satisfies the schema that it serves (rules 30, 31)."""
    response = data.draw(messages(contract.response))
    element = etree.fromstring(encode(response))
    assert schema_errors(contract, element) is None
    assert read(contract.response, element).message == response


@every_contract
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_no_empty_element_is_ever_written(contract: Contract, data: st.DataObject) -> None:
    """Rule 27: an optional element without value is left out, not written empty."""
    message = data.draw(messages(contract.request) | messages(contract.response))
    root = etree.fromstring(encode(message))
    assert [node.tag for node in root.iterdescendants() if len(node) == 0 and not (node.text or "").strip()] == []


def test_an_actor_comes_back_as_it_went() -> None:
    for kind in ActorType:
        actor = Actor(actorId="199001012385", actorType=kind)
        assert read(Actor, etree.fromstring(encode(actor))).message == actor
