import pytest
from lxml import etree

from hostile.oddities import ODDITIES, Oddity
from hostile.probe import XML
from hostile.verdicts import answer_of
from hostile.world import World


@pytest.mark.parametrize("odd", ODDITIES, ids=lambda odd: odd.name)
def test_an_odd_request_is_answered_like_the_plain_one(world: World, odd: Oddity) -> None:
    """Rules 4, 5, 7, 11, 12, 15, 17, 19, 27 and 32, by every oddity."""
    body = odd.body()
    plain = world.send(odd.plain.encode(), headers=XML)
    reply = world.send(body, path=odd.path, query=odd.query, headers=odd.headers, more=odd.environ(body))
    assert len(answer_of(plain))
    assert etree.tostring(answer_of(reply)) == etree.tostring(answer_of(plain))
    assert world.changes() == []
