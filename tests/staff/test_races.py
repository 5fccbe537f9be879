"""Several of the staff who send the same form at the same moment: one is heard, and the others are told."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from rules.world import EKEN, LINDEN

from producer.store.changes import changes_of
from staff import test_accounts, test_lists, test_rules, test_units, test_week
from staff.world import Browser, StaffWorld

Form = tuple[str, Mapping[str, Any]]


def rules(world: StaffWorld, browser: Browser) -> Form:
    preview = test_rules.preview_of(browser, test_rules.PAGE, rebooking_allowed=None)
    return test_rules.PAGE, test_rules.form_of(preview)


def room(world: StaffWorld, browser: Browser) -> Form:
    path = test_lists.path_of(browser, test_lists.ROOMS, "Rum 1")
    return path, {**test_lists.form_on(browser, path), "name": "Rum ett"}


def unit(world: StaffWorld, browser: Browser) -> Form:
    path = f"/staff/units/{LINDEN}"
    return path, {**test_units.form_on(browser, path), "name": "Linden Nord"}


def account(world: StaffWorld, browser: Browser) -> Form:
    path = test_accounts.path_of(world, "rut")
    return path, {"role": "editor", "active": "yes", "seen": test_accounts.seen_on(browser, path)}


@pytest.mark.parametrize(
    ("made", "names"),
    [
        (rules, ("erik", "erik", "admin", "admin")),
        (room, ("erik", "erik", "admin", "admin")),
        (unit, ("admin",) * 4),
        (account, ("admin",) * 4),
    ],
)
def test_one_is_heard_and_the_others_are_told(
    world_of_many: StaffWorld, made: Callable[[StaffWorld, Browser], Form], names: tuple[str, ...]
) -> None:
    browsers = [world_of_many.browser(name) for name in names]
    forms = [made(world_of_many, browser) for browser in browsers]
    codes = at_once([(browser, *form) for browser, form in zip(browsers, forms, strict=True)])
    assert sorted(codes) == [302, 409, 409, 409]


def test_a_change_is_undone_once(world_of_many: StaffWorld) -> None:
    browsers = [world_of_many.browser(name) for name in ("erik", "erik", "admin", "admin")]
    page = browsers[0].page(test_week.WEEK, **test_week.SEEN)
    test_week.act(browsers[0], "block", [test_week.pick(page, "08:00–", "Nybesök", "2026-11-24")])
    page = browsers[0].page(test_week.WEEK, **test_week.SEEN)
    undo = test_week.found(page, ".week-undo form")[0].get("action")
    at_once([(browser, undo, {}) for browser in browsers])
    with world_of_many.timetable() as timetable:
        known = timetable.unit(EKEN)
        assert known is not None
        assert [change.undone for change in changes_of(timetable, known.id)] == [False, True]


def at_once(forms: list[tuple[Browser, str, Mapping[str, Any]]]) -> list[int]:
    barrier = Barrier(len(forms))

    def send(browser: Browser, path: str, form: Mapping[str, Any]) -> int:
        data = {**form, "csrf_token": browser.token()}
        barrier.wait()
        return browser.client.post(path, data=data).status_code

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(lambda each: send(*each), forms))
