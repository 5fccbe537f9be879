import re

import pytest
from rules.world import EKEN

from staff.world import StaffWorld


@pytest.mark.parametrize(
    ("account", "path", "marked"),
    [
        ("erik", f"{EKEN}/week", [("page", "Tider")]),
        ("erik", f"{EKEN}/changes", [("true", "Tider")]),
        ("erik", f"{EKEN}/absences", [("true", "Grundschema")]),
        ("erik", f"{EKEN}/lists/performers", [("true", "Register")]),
        ("admin", "", [("page", "Enheter")]),
        ("admin", "changes", [("true", "Register")]),
        ("admin", "accessibility", []),
    ],
)
def test_the_page_says_which_place_it_is_part_of(
    world: StaffWorld, account: str, path: str, marked: list[tuple[str, str]]
) -> None:
    page = world.browser(account).get(f"/staff/{path}").text
    places = page.partition('class="places"')[2].partition("</nav>")[0]
    assert re.findall(r'aria-current="(\w+)">([^<]+)<', places) == marked
