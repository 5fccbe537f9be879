"""Sends what nobody would type to every field of every form, and ids of one unit to another: refused, and not a fault of ours."""

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from staff.forms_found import FILE, Fields, forms_on, sent
from staff.places import FORMS, OFFICE, PLACES, PSYCHIATRY, QUERIES, SOUTH, What
from staff.test_sweep import DemoWorld
from staff.world import Browser

ANSWERS = {200, 302, 303, 400, 403, 404, 409, 413, 422, 429}
# Written also when nothing is changed: who saw whom, who tried to sign in.
NOTED = ("access_log", "sign_in_attempts", "sign_ins")
VALUES_A_FIELD = 2
PLAUSIBLE = {
    "address": "http://127.0.0.1:1/",
    "code": "NY1",
    "first_name": "Ida",
    "group_name": "Nya",
    "hsa_id": "SE2321000016-NYA1",
    "last_name": "Test",
    "length": "20",
    "name": "Ny",
    "patient": "199001012385",
    "patients": "199001012385",
    "people": "199001012385",
    "q": "199001012385",
    "text": "Kom hit.",
    "title": "Välkommen",
    "words": "DEMO",
}
NESTED = "[" * 50_000
ODD = (
    *("", "\0", "a\0b", "\r\nX: y", "\x1b[0m", "\u202e", "\u2028", "\ufffe", "\U0001f600", "å" * 70_000, NESTED),
    *("0", "-1", "9" * 15, "9" * 19, "9" * 30, "9" * 5000, "1e9", "nan", "\N{ARABIC-INDIC DIGIT THREE}", "²"),
    *("0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "2026-W48-1", "1900-01-01", "2199-12-31", "2027-03-28"),
    *("0:00", "24:00", "23:59", "99:99", "02:30", "=1+1", "'; DROP TABLE slots;--", "%s %(name)s {0} %", "_%\\"),
    *("<script>alert(1)</script>", "<!DOCTYPE a [<!ENTITY b 'c'>]>&b;", "[a](javascript:alert(1))", "[a](http://[)"),
    *("[]", "null", "{}", "[[1]]", '[[2,{"datum":1}]]', '[[2,{"datum":"\\ud800"}]]', "[[" + "9" * 20 + ",{}]]"),
    *("[[2,null]]", '[[2,{"okänd":"x"}]]', '[[-1,{"datum":"x"}]]', "a:b", "//evil.example", "/staff/\r\nx"),
    *("http://[", "http://a b/", "http://\0/", "http://127.0.0.1:99999/", "ftp://127.0.0.1/", "file:///etc/passwd"),
    *("191212121212", "00000000-0000", SOUTH, "on", "all", "any"),
)
# Those that no page of the demo has as it stands: the path, and the fields.
HIDDEN: tuple[tuple[str, str, str], ...] = (
    ("access.file", "/staff/access/file", "patient account unit first last"),
    ("base_schedules.copy", "/staff/{unit}/copy", "source span targets performer to_performer seen"),
    ("exchange.unit_take_in", "/staff/exchange/unit/confirm", "content"),
    ("follow_up.mark", "/staff/{unit}/follow-up", "event undo"),
    (
        "invitations.send",
        "/staff/{unit}/invitations/send",
        "kind people time_type where valid_to first last slot title text anyway chosen seen",
    ),
    ("index_posts.send_again", "/staff/index-posts", "post"),
    ("invitations.text", "/staff/{unit}/invitations/text", "title text"),
    ("lists.bring_back", "/staff/{unit}/lists/time-types/{few}/bring-back", "seen"),
    ("lists.delete", "/staff/{unit}/lists/time-types/{few}/delete", "seen"),
    ("lists.fetch", "/staff/{unit}/lists/performers/fetch", "known_hsa_id known_time_types"),
    ("lists.leave", "/staff/{unit}/lists/performers/{performer}/leave", "seen"),
    ("patients.ask_to_erase", "/staff/patients/erase", "patient"),
    ("patients.erase", "/staff/patients/erased", "patient again"),
    ("patients.extract", "/staff/patients/extract", "patient"),
    ("patients.extract_file", "/staff/patients/extract/file", "patient"),
    ("rules.again", "/staff/{unit}/rules/form", "flows booking_window-notice text_to_read seen"),
    ("units.bring_back", "/staff/units/{unit}/bring-back", "seen"),
    ("units.delete_group", "/staff/units/groups/{group}/delete", "seen"),
)


class AttackedWorld(DemoWorld):
    """The demo, and every form that its pages have, by where it leads and which fields it has."""

    def __init__(self, url: str = "sqlite://") -> None:
        super().__init__(url)
        # Who attacks has the token too, as anybody has who is signed in.
        self.app.staff.pages.config.update(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
        self.forms: dict[tuple[str, str], tuple[str, Fields]] = {}
        self._adapter = self.app.staff.pages.url_map.bind("localhost")
        for path in self._pages():
            self._keep(self.browser(None if path == "/staff/sign-in" else "admin").get(path), path)
        for path, fields in tuple(self.forms.values()):
            self.reset()
            self._keep(self.post(path, _filled(fields)), path)
        for endpoint, path, names in HIDDEN:
            self.forms.setdefault(
                (endpoint, ""), (path.format(**self.examples), {name: [""] for name in names.split()})
            )
        self.reset()
        self.untouched = self.lasting()

    def post(self, path: str, fields: Fields, name: str | None = "admin") -> TestResponse:
        answer = self.browser(name).client.post(path, data=sent(fields))
        answer.get_data()
        answer.close()
        return answer

    def lasting(self) -> list[str]:
        """All that the database holds but what is noted of whoever comes by."""
        return [line for line in self.dump() if not line.startswith(tuple(f'INSERT INTO "{name}"' for name in NOTED))]

    def _pages(self) -> Iterator[str]:
        for endpoint, place in PLACES.items():
            for method, _, path in self.rules_of(endpoint):
                if method == "GET" and place.what is not What.FILE:
                    yield path + QUERIES.get(endpoint, ("",))[0].format(**self.examples)
        yield from (
            f"/staff/{unit}/{page}" for unit in (OFFICE, PSYCHIATRY) for page in ("lists/barred", "invitations")
        )

    def _keep(self, answer: TestResponse, address: str) -> None:
        for form in forms_on(answer.text, address) if answer.mimetype == "text/html" else ():
            endpoint, _ = self._adapter.match(form.path.partition("?")[0], method="POST")
            for fields in form.pressed():
                act = next(iter(fields.get("act", [])), "")
                self.forms.setdefault(
                    (endpoint, f"{sorted(form.fields)} {act}"), (form.path, {**fields, **_file(endpoint)})
                )


def _file(endpoint: str) -> Fields:
    return {name: [FILE if isinstance(value, bytes) else value] for name, value in FORMS.get(endpoint, {}).items()}


def _filled(fields: Fields) -> Fields:
    return {name: values if any(values) else [PLAUSIBLE.get(name, "")] for name, values in fields.items()}


@pytest.fixture
def attacked(worlds: Callable[[Any, str], AttackedWorld], database_kind: str) -> AttackedWorld:
    attacked = worlds(AttackedWorld, database_kind)
    attacked.reset()
    return attacked


def _is_posted(endpoint: str, world: DemoWorld) -> bool:
    return any(method == "POST" for method, _, _ in world.rules_of(endpoint))


def test_every_place_that_is_posted_to_is_attacked(attacked: AttackedWorld) -> None:
    posted = {endpoint for endpoint in PLACES if _is_posted(endpoint, attacked)}
    assert posted == {endpoint for endpoint, _ in attacked.forms}


@pytest.mark.parametrize("endpoint", PLACES)
def test_nothing_that_is_typed_is_a_fault_of_ours(attacked: AttackedWorld, endpoint: str) -> None:
    """Each field is sent some of the odd values, always the same ones; what is refused has changed nothing."""
    for (known, which), (path, fields) in attacked.forms.items():
        filled = _filled(fields)
        for name in filled if known == endpoint else ():
            odd = random.Random(f"{endpoint} {which} {name}").sample(ODD, VALUES_A_FIELD)
            for value in odd if filled[name] != [FILE] else ():
                _hold(attacked, path, {**filled, name: [value]}, f"{path} with {name}={value[:40]!r}")


def _hold(attacked: AttackedWorld, path: str, fields: Fields, story: str) -> None:
    attacked.reset()
    answer = attacked.post(path, fields, None if path == "/staff/sign-in" else "admin")
    assert answer.status_code in ANSWERS, f"{story}: {answer.status_code}"
    assert "<script>alert(1)" not in answer.text, story
    assert "evil.example" not in (answer.location or ""), story
    if answer.status_code >= 400 and not attacked.kept.is_as_it_was():
        assert attacked.lasting() == attacked.untouched, f"{story} was refused, and yet something was written"


# The values that were answered with a fault of ours once, where they were.
ONCE = (
    ("POST", "/staff/{unit}/bookings", {"words": "å" * 70_000}),
    ("POST", "/staff/{unit}/exchange/import/confirm", {"kind": "slots", "rows": '[[2,{"datum":"\\ud800"}]]'}),
    ("GET", "/staff/{unit}/base-schedules/new?copy=" + "9" * 5000, {}),
    ("GET", "/staff/changes?before=" + "9" * 30, {}),
)


@pytest.mark.parametrize(("method", "path", "fields"), ONCE, ids=[path[:40] for _, path, _ in ONCE])
def test_what_was_a_fault_of_ours_once_is_none_now(
    attacked: AttackedWorld, method: str, path: str, fields: dict[str, str]
) -> None:
    browser = attacked.browser()
    answer = browser.client.open(path.format(**attacked.examples), method=method, data=fields or None)
    assert answer.status_code in (200, 400), answer.text


@pytest.mark.parametrize("endpoint", PLACES)
def test_odd_addresses_lead_nowhere(attacked: AttackedWorld, endpoint: str) -> None:
    """Each part of an address as numbers that no database holds, and as what nobody is called."""
    for method, rule, path in attacked.rules_of(endpoint):
        for argument in rule.arguments - {"filename"}:
            for odd in ODD_PARTS:
                odd_path = _with(rule.rule, path, argument, odd)
                answer = _opened(attacked.browser(), method, odd_path)
                # A number that is no key fits no path, so that there is none to be posted to.
                assert answer.status_code in (*ANSWERS, 405), f"{method} {odd_path[:100]}: {answer.status_code}"
                assert "X" not in answer.headers


ODD_PARTS = ("0", "9" * 19, "9" * 5000, "a%00b", "%ED%A0%80", "%0D%0AX:y", "%F0%9F%98%80", "x'%20OR%201=1")


def _with(rule: str, path: str, argument: str, odd: str) -> str:
    """The path of the rule with something odd for one of its arguments."""
    template = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"<\1>", rule)
    pattern = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", template.replace(".", "\\."))
    known = re.fullmatch(pattern, path)
    assert known, f"{pattern} {path}"
    return path[: known.start(argument)] + odd + path[known.end(argument) :]


def _opened(browser: Browser, method: str, path: str) -> TestResponse:
    answer = browser.client.open(path, method=method)
    answer.close()
    return answer


@pytest.mark.parametrize("endpoint", PLACES)
def test_what_is_one_unit_s_is_not_another_s(attacked: AttackedWorld, endpoint: str) -> None:
    """Under the address of another unit it is not there, not even for who may see both; and nothing is changed."""
    for method, rule, path in attacked.rules_of(endpoint):
        owned = rule.arguments & {"slot", "booking", "schedule", "absence", "entry", "note", "change"}
        if "unit" in rule.arguments and owned:
            _, _, unit, rest = path.split("/", 3)
            assert unit != SOUTH
            assert _opened(attacked.browser(), method, f"/staff/{SOUTH}/{rest}").status_code == 404, path
            assert attacked.lasting() == attacked.untouched


# What is sent twice on purpose gives something new: another address, another random salt.
NEW_EACH_TIME = {"accounts.give_password", "exchange.open_calendar"}
TYPED_WELL = {
    **PLAUSIBLE,
    "first": "2027-01-11",
    "last": "2027-01-15",
    "days": "2027-01-13",
    "performer": "1",
    "reason": "Utbildning",
    "password": "en annan lagom lång mening",
    "minutes": "10",
    "to_day": "2027-02-15",
    "new_length": "40",
    "new_performer": "3",
}


@pytest.mark.parametrize("endpoint", PLACES)
def test_a_form_that_is_sent_twice_does_once_what_it_does(attacked: AttackedWorld, endpoint: str) -> None:
    """As when a tired hand clicks twice; of what is only said again there may be another line in the list of changes."""
    forms = [form for (known, _), form in attacked.forms.items() if known == endpoint and known not in NEW_EACH_TIME]
    for path, fields in forms:
        attacked.reset()
        typed = {name: values if any(values) else [TYPED_WELL.get(name, "")] for name, values in fields.items()}
        if attacked.post(path, typed).status_code >= 400 or attacked.kept.is_as_it_was():
            continue
        once = _apart_from_words(attacked)
        answer = attacked.post(path, typed)
        assert answer.status_code in ANSWERS, path
        assert _apart_from_words(attacked) == once, f"{path}: {answer.status_code}"


def _apart_from_words(attacked: AttackedWorld) -> list[str]:
    return [line for line in attacked.lasting() if not line.startswith('INSERT INTO "staff_changes"')]
