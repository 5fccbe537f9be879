"""The sheet that a unit is connected by, and the communication test."""

import csv
import io
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from clients.serving import serving as served
from lxml import html
from rules.world import EKEN, KANSLI, LINDEN, LUGNET, UNITS

from producer.domain.booking_rules import Flow
from producer.domain.connection import NEEDS, Service, flows_served, services_of
from producer.soap.contracts import CONTRACTS
from producer.store import tables as t
from producer.web.staff.connecting_advice import _FAULTS, _PLATFORM, _PRODUCER, _SILENCES, advice_on_fault
from producer.web.staff.connecting_questions import NO_BOOKING, question
from producer.web.staff.connecting_trial import SECONDS_IN_ALL, Trials
from producer.web.staff.language import _translations
from producer.web.staff.office import Office
from producer.web.staff.pages import create_staff_pages
from staff.producers import answers, behaving, closed_port, faults, serving
from staff.world import PASSWORD, Browser, StaffWorld, text_of

PAGE = f"/staff/{EKEN}/connecting"
TRIAL = f"{PAGE}/trial"
DEMO = "SE2321000016-DEMO1"


def results(page: html.HtmlElement) -> dict[str, tuple[str, str]]:
    """The state and the words of each contract."""
    rows = page.xpath('//table[contains(@class, "results")]/tbody/tr')
    return {text_of(row.find("th")): (row.get("class"), text_of(row)) for row in rows}


def tried(world: StaffWorld, address: str, page: str = TRIAL, **fields: Any) -> dict[str, tuple[str, str]]:
    answer = world.browser().post(page, address=address, **fields)
    assert answer.status_code == 200, answer.text
    return results(html.fromstring(answer.text))


# The sheet.


def test_the_sheet_has_what_the_activation_asks_for_and_the_contracts_of_the_flows(world: StaffWorld) -> None:
    page = world.browser("rut").page(PAGE)
    text = text_of(page)
    assert f"HSA-id {EKEN}" in text
    assert "Län Stockholms län" in text
    assert "Ärenden som är på Boka ny tid, Se bokade tider, Boka om, Avboka" in text
    rows = [text_of(row) for row in page.xpath('//table[contains(@class, "contracts")]/tbody/tr')]
    assert len(rows) == 11
    for contract in CONTRACTS[:11]:
        assert any(
            contract.name in row and contract.request.namespace in row and f"http://localhost{contract.path}" in row
            for row in rows
        )


def test_the_contracts_follow_the_flows_and_lookups(world: StaffWorld) -> None:
    """Domain.md chapter 0: rebooking and cancelling need the contracts to see."""
    world.set_rules(EKEN, flows=frozenset({Flow.SEE, Flow.CANCEL}), lookups=frozenset())
    page = world.browser("rut").page(PAGE)
    rows = {
        text_of(row.find("th")): text_of(row) for row in page.xpath('//table[contains(@class, "contracts")]/tbody/tr')
    }
    assert [name.split()[0] for name in rows] == ["GetBookingDetails", "GetSubjectOfCareSchedule", "CancelBooking"]
    assert rows["GetBookingDetails 1.1"].endswith("Se bokade tider, Avboka")


def test_each_contract_is_for_a_flow_that_is_on(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        for hsa_id in UNITS:
            unit = timetable.unit(hsa_id)
            assert unit
            assert all(flows_served(unit.rules, service) for service in services_of(unit.rules))


def test_what_is_missing_is_pointed_out(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        change = t.care_units.update().where(t.care_units.c.hsa_id == EKEN).values(county=" ")
        timetable.connection.execute(change)
    text = text_of(world.browser("rut").page(PAGE))
    assert "måste fyllas i innan enheten kan anslutas: Län." in text
    assert "Kommunkod saknas, men behövs inte" in text


def test_the_consumer_follows_in_the_address_and_is_checked(world: StaffWorld) -> None:
    browser = world.browser("rut")
    page = browser.page(PAGE, consumer=" SE165565594230-1177 ")
    assert "Konsument SE165565594230-1177" in text_of(page)
    (link,) = page.xpath('//a[contains(@href, ".csv")]/@href')
    assert "consumer=SE165565594230-1177" in link
    answer = browser.get(PAGE, consumer="SE1<script>")
    assert answer.status_code == 400
    page = html.fromstring(answer.text)
    assert page.get_element_by_id("consumer").get("value") == "SE1<script>"
    assert "HSA-id har bara" in text_of(page.get_element_by_id("consumer-fault"))
    assert browser.get(f"{PAGE}.csv", consumer="SE1 x").status_code == 302


def test_the_sheet_as_csv_has_a_row_for_each_contract(world: StaffWorld) -> None:
    with world.timetable() as timetable:
        change = t.care_units.update().where(t.care_units.c.hsa_id == EKEN).values(visiting_address="=1+1")
        timetable.connection.execute(change)
    answer = world.browser("rut").get(f"{PAGE}.csv", consumer="SE1-KONSUMENT")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="anslutning-{EKEN}.csv"'
    text = answer.data.decode("utf-8-sig")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 11
    assert {row["besoksadress"] for row in rows} == {"'=1+1"}
    assert {row["konsument"] for row in rows} == {"SE1-KONSUMENT"}
    first = rows[0]
    assert (first["kontrakt"], first["version"], first["rivta_profil"]) == ("GetAllTimeTypes", "1.1", "RIVTABP21")
    assert first["namnrymd"] == "urn:riv:crm:scheduling:GetAllTimeTypesResponder:1"
    assert first["teknisk_adress"] == "http://localhost/crm/scheduling/GetAllTimeTypes/1/rivtabp21"


def test_a_unit_without_flows_has_nothing_to_order_or_try(world: StaffWorld) -> None:
    world.set_rules(EKEN, flows=frozenset(), lookups=frozenset())
    text = text_of(world.browser().page(PAGE))
    assert "Enheten har inga ärenden på" in text
    assert "Det finns inga kontrakt att prova." in text


@pytest.mark.parametrize(
    ("name", "unit", "code"), [("rut", LINDEN, 403), ("erik", LINDEN, 403), ("admin", "SE-X", 404)]
)
def test_another_units_sheet_is_not_shown(world: StaffWorld, name: str, unit: str, code: int) -> None:
    assert world.browser(name).get(f"/staff/{unit}/connecting").status_code == code
    assert world.browser(name).get(f"/staff/{unit}/connecting.csv").status_code == code


def test_the_page_in_english(world: StaffWorld) -> None:
    browser = world.browser("erik")
    browser.post("/staff/language", language="en")
    text = text_of(browser.page(PAGE))
    assert "Contracts to order" in text
    assert "Kontrakt" not in text


def test_every_advice_is_there_in_english() -> None:
    english = _translations("en")
    sentences = [sentence for table in (_PLATFORM, _PRODUCER, _FAULTS, _SILENCES) for _, sentence in table]
    assert [each.text for each in sentences if english.gettext(each.text) == each.text] == []


def test_behind_a_proxy_the_technical_addresses_are_those_that_it_is_reached_by(world: StaffWorld) -> None:
    pages = create_staff_pages(Office(database=world.database, now=lambda: world.now, behind_proxy=True))
    browser = Browser(pages.test_client())
    browser.post("/staff/sign-in", name="erik", password=PASSWORD)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example, tidbok.example"}
    # The host that counts is what the proxy itself has added, last.
    text = browser.client.get(PAGE, headers=forwarded, base_url="http://localhost").text
    assert "https://tidbok.example/crm/scheduling/MakeBooking/1/rivtabp21" in text
    assert "evil.example" not in text


# The test of communication.


def test_who_may_only_read_makes_no_test(world: StaffWorld) -> None:
    assert "Kommunikationstest" not in text_of(world.browser("rut").page(PAGE))
    for name, unit in (("rut", EKEN), ("erik", LINDEN)):
        answer = world.browser(name).post(f"/staff/{unit}/connecting/trial", address="inte en adress")
        assert answer.status_code == 403


@pytest.mark.parametrize("unit", [EKEN, LUGNET, KANSLI])
def test_this_producer_answers_every_contract_and_nothing_is_changed(world: StaffWorld, unit: str) -> None:
    before = world.dump()
    with world.timetable() as timetable:
        known = timetable.unit(unit)
        assert known
        expected = services_of(known.rules)
    with serving(world.app) as base:
        heard = tried(world, f"{base}/soap", f"/staff/{unit}/connecting/trial")
    assert {name: state for name, (state, _) in heard.items()} == dict.fromkeys(expected, "answered")
    sign_ins = [line for line in world.dump() if "sign_ins" not in line]
    assert sign_ins == [line for line in before if "sign_ins" not in line]


def test_each_contract_at_an_address_of_its_own(world: StaffWorld) -> None:
    paths: list[str] = []
    app = world.app

    def noting(environ: Any, start: Any) -> Any:
        paths.append(environ["PATH_INFO"])
        return app(environ, start)

    with serving(noting) as base:
        heard = tried(world, base + "/crm/scheduling/{kontrakt}/1/rivtabp21")
    assert {state for state, _ in heard.values()} == {"answered"}
    assert paths == [f"/crm/scheduling/{name}/1/rivtabp21" for name in heard]


def test_the_consumer_is_told_to_whoever_is_called(world: StaffWorld) -> None:
    told: list[str | None] = []

    def behave(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        told.append(handler.headers.get("x-rivta-original-serviceconsumer-hsaid"))
        faults("Server", "VP007 [platform] ej behörig")(handler, body)

    with behaving(behave) as base:
        heard = tried(world, base, consumer="SE1-1177")
    assert set(told) == {"SE1-1177"}
    assert {state for state, _ in heard.values()} == {"fault"}
    assert "Beställ anropsbehörighet" in heard["GetBookingDetails"][1]
    assert "VP007 [platform] ej behörig" in heard["MakeBooking"][1]


@pytest.mark.parametrize("code", [f"VP{number:03}" for number in range(1, 16)])
def test_there_is_advice_on_every_code_of_the_platform(code: str) -> None:
    """Domain.md 7.3."""
    told = advice_on_fault(f"Server: {code} [NTjP] text")
    assert told is not None
    assert told.text != "Fel i plattformen. Sök på koden i dess dokumentation."


@pytest.mark.parametrize(
    ("behaviour", "state", "words"),
    [
        (answers(404, "<html>nej</html>"), "fault", "Sökvägen finns inte där"),
        (answers(200, "<html>hej</html>"), "fault", "Svaret är inte SOAP"),
        (answers(200, "hemligt, <inte välformat"), "fault", "Svaret är inte SOAP"),
        (answers(302, "", Location="http://127.0.0.1:1/"), "fault", "hänvisar vidare"),
        (answers(401, ""), "fault", "inloggning eller certifikat"),
        (answers(405, ""), "fault", "tas inte anrop emot"),
        (answers(503, "nere"), "fault", "inte är SOAP"),
        (faults("Client", "LogicalAddress is SE-A, but healthcare_facility is SE-B"), "fault", "en annan enhets"),
        (faults("Client", "SE-A does not have X: its flow or lookup is off"), "fault", "Slå på ärendet"),
        (faults("Server", "VP009 [platform] Fel vid kontakt med tjänsteproducenten"), "fault", "når inte producenten"),
        (faults("Client", "No contract here has the request {a}b"), "fault", "Där finns inte kontraktet"),
    ],
)
def test_what_goes_wrong_is_told_with_what_to_do(world: StaffWorld, behaviour: Any, state: str, words: str) -> None:
    with behaving(behaviour) as base:
        heard = tried(world, base)
    assert {each for each, _ in heard.values()} == {state}
    assert all(words in text for _, text in heard.values())
    assert not any("hemligt" in text or "Location" in text for _, text in heard.values())


def test_a_fault_shows_no_personal_id_and_is_not_long(world: StaffWorld) -> None:
    with behaving(faults("Server", "Fel för 197001239297 " + "x" * 5000)) as base:
        heard = tried(world, base)
    assert "197001239297" not in str(heard)
    assert all(len(text) < 900 for _, text in heard.values())


def test_who_is_not_there(world: StaffWorld) -> None:
    heard = tried(world, f"http://127.0.0.1:{closed_port()}/soap")
    assert all("Kontrollera att tjänsten är i gång" in text for _, text in heard.values())
    heard = tried(world, "http://a..b/soap")
    assert all("Datorns namn finns inte" in text for _, text in heard.values())


def test_whoever_says_yes_to_what_cannot_be_is_alarming(world: StaffWorld) -> None:
    def behave(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        name = re.search(rb"<(?:\w+:)?(MakeBooking|UpdateBooking|CancelBooking)\b", body)
        kind = name[1].decode() if name else ""
        book = "<bookingId>x</bookingId>" if kind == "MakeBooking" else ""
        answers(
            200,
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f'<{kind}Response xmlns="urn:riv:crm:scheduling:{kind}Responder:1">{book}<resultCode>OK</resultCode>'
            f"</{kind}Response></s:Body></s:Envelope>",
        )(handler, body)

    with behaving(behave) as base:
        heard = tried(world, base)
    for name in ("MakeBooking", "UpdateBooking", "CancelBooking"):
        assert heard[name][0] == "alarming", heard[name]
        assert "inget har bokats eller avbokats" in heard[name][1]


def test_no_question_can_change_anything() -> None:
    """The acts name a booking that nobody has, and a time long past (rule 60)."""
    from datetime import date

    for service in (Service.MAKE, Service.UPDATE, Service.CANCEL, Service.DETAILS):
        message: Any = question(service, EKEN, date(2026, 11, 23))
        wanted = getattr(message, "requestedTimeslot", message)
        assert wanted.bookingId == NO_BOOKING
        assert getattr(wanted, "startTimeInclusive", "2000") < "2001"
    assert set(NEEDS) == set(Service)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Ange en adress."),
        ("ftp://example.org/", "http:// eller https://"),
        ("file:///etc/passwd", "http:// eller https://"),
        ("soap", "http:// eller https://"),
        ("http:///soap", "http:// eller https://"),
        ("http://host:99999/", "http:// eller https://"),
        ("http://host:0/", "http:// eller https://"),
        ("http://[::1/", "http:// eller https://"),
        ("http://anna:hemligt@host/", "namn och lösenord"),
        ("http://host/#del", "inte innehålla #"),
        ("http://host/en sökväg", "inga mellanslag"),
        ("http://host/\r\nX-Injected: 1", "inga mellanslag"),
        ("http://host\\@other/", "inga mellanslag"),
        ("http://{kontrakt}.host/", "inom klamrar"),
        ("http://host/{annat}", "inom klamrar"),
        ("http://host/" + "a" * 500, "för lång"),
    ],
)
def test_an_address_that_is_not_called(world: StaffWorld, address: str, words: str) -> None:
    answer = world.browser("erik").post(TRIAL, address=address, consumer="")
    assert answer.status_code == 400
    page = html.fromstring(answer.text)
    assert words in text_of(page.get_element_by_id("address-fault"))
    assert "address-fault" in page.get_element_by_id("address").get("aria-describedby")
    assert not results(page)
    if address and "\n" not in address:
        assert page.get_element_by_id("address").get("value") == address


def test_a_consumer_that_is_no_hsa_id_is_not_sent(world: StaffWorld) -> None:
    answer = world.browser("erik").post(TRIAL, address="http://127.0.0.1:1/", consumer="SE1\r\nX: 1")
    assert answer.status_code == 400


def trial_of(world: StaffWorld, address: str) -> Any:
    from producer.services.staff import connections

    with world.timetable() as timetable:
        unit = timetable.unit(EKEN)
        assert unit
    return connections.Trial(unit=unit, services=services_of(unit.rules), address=address, consumer="")


def test_an_answer_a_byte_at_a_time_does_not_hold_the_test_for_long(world: StaffWorld) -> None:
    over = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not over.wait(0.02):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    with behaving(trickle) as base:
        started = time.perf_counter()
        outcomes = Trials(each=0.2, in_all=0.4).run(trial_of(world, base), world.now.date())
        took = time.perf_counter() - started
        over.set()
    assert took < 5
    assert [outcome.service for outcome in outcomes] == list(Service)
    assert outcomes[-1].state == "not_tried"


def test_who_never_answers_is_given_up(world: StaffWorld) -> None:
    over = threading.Event()
    with behaving(lambda _, __: over.wait(5) and None) as base:
        outcomes = Trials(each=0.05, in_all=0.5).run(trial_of(world, base), world.now.date())
        over.set()
    assert outcomes[0].state == "silent"
    assert outcomes[0].advice is not None
    assert outcomes[0].advice.text.startswith("Inget svar i tid.")


def test_only_one_test_runs_at_a_time(world: StaffWorld) -> None:
    begun, over = threading.Event(), threading.Event()

    def wait(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        begun.set()
        over.wait(5)
        answers(404, "")(handler, body)

    first, second = world.browser("erik"), world.browser()
    with behaving(wait) as base:
        slow = threading.Thread(target=first.post, args=(TRIAL,), kwargs={"address": base})
        slow.start()
        assert begun.wait(5)
        answer = second.post(TRIAL, address=base)
        over.set()
        slow.join()
    assert answer.status_code == 409
    assert "Ett annat prov pågår" in answer.text


def test_a_test_ends_well_before_a_browser_gives_up() -> None:
    assert SECONDS_IN_ALL <= 25


@pytest.mark.slow
def test_a_single_worker_answers_its_own_test_while_others_want_one_too(tmp_path: Path) -> None:
    """The page that waits and the calls that it waits for share the threads of one process."""
    with served(tmp_path, "--demo", "--workers", "1") as base:
        add_editor(tmp_path)
        pages = [signed_in(base) for _ in range(12)]
        with ThreadPoolExecutor(len(pages)) as all_at_once:
            told = list(all_at_once.map(lambda page: page.trial(f"{base}/soap"), pages))
        assert "11 av 11 kontrakt svarade" in pages[0].trial(f"{base}/soap")[1]
    codes = sorted(code for code, _ in told)
    assert set(codes) <= {200, 409}
    assert all("11 av 11 kontrakt svarade" in text for code, text in told if code == 200)
    assert 200 in codes


def add_editor(folder: Path) -> None:
    command = [sys.executable, "-m", "producer", "user", "add", "erik", "--role", "editor", "--unit", DEMO]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([*command, "--password", PASSWORD], cwd=folder, env=environment, check=True, capture_output=True)


def signed_in(base: str) -> "Visitor":
    visitor = Visitor(base)
    visitor.post("/staff/sign-in", name="erik", password=PASSWORD)
    return visitor


class Visitor:
    """A browser over the network."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def trial(self, address: str) -> tuple[int, str]:
        return self.post(f"/staff/{DEMO}/connecting/trial", address=address)

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        page = self._opener.open(f"{self._base}/staff/accessibility", timeout=30).read().decode()
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token
        form = urlencode({**fields, "csrf_token": token[1]}).encode()
        try:
            with self._opener.open(self._base + path, form, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()
