"""Axe, the console and the network on every page, in the light, in the dark and on a screen of 320 pixels."""

import pytest
from staff.places import PLACES, QUERIES, What, address
from werkzeug.routing import Map

from browser.axe import faults_of
from browser.reception import Reception
from producer.app import assembled
from producer.config import Config
from producer.store.engine import new_database

PAGES = [
    (endpoint, query)
    for endpoint, place in PLACES.items()
    if place.what is What.PAGE
    for query in QUERIES.get(endpoint, ("",))
]


@pytest.fixture(scope="module")
def addresses() -> Map:
    """Of every place; nothing is asked of the database."""
    database = new_database("sqlite://")
    app = assembled(Config(), {}, database)
    addresses: Map = app.staff.pages.url_map
    app.close()
    return addresses


def test_every_page_is_looked_at(addresses: Map) -> None:
    places = {rule.endpoint for rule in addresses.iter_rules() if "GET" in (rule.methods or ())}
    looked_at = {endpoint for endpoint, _ in PAGES}
    assert {place for place in places - looked_at if place not in PLACES or PLACES[place].what is What.PAGE} == set()


@pytest.mark.parametrize(("endpoint", "query"), PAGES)
def test_nothing_is_wrong_with_a_page(front_desk: Reception, addresses: Map, endpoint: str, query: str) -> None:
    (rule,) = (rule for rule in addresses.iter_rules(endpoint) if "GET" in (rule.methods or ()))
    path = address(addresses.bind("localhost"), rule, front_desk.clinic.examples) + query.format(
        **front_desk.clinic.examples
    )
    with front_desk.page(None if endpoint.startswith("signing_in.") else "admin") as page:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        assert faults_of(page) == []
