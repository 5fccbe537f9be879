from collections.abc import Iterator
from xml.sax.saxutils import escape

import pytest

from hostile.bad_elements import spoilt
from hostile.letters import LETTERS, Letter, Line, at, envelope, message
from hostile.probe import XML
from hostile.verdicts import answer_of, fault_of
from hostile.world import World

# Nothing of it may be acted on, and free text must be kept to the letter.
INJECTIONS = {
    "SQL that is always true": "' OR '1'='1",
    "SQL that drops": "'; DROP TABLE bookings; --",
    "SQL that joins": "x' UNION SELECT patient, phone FROM bookings --",
    "SQL that waits": "'||(SELECT randomblob(1000000000))||'",
    "SQL with a double quote": '"; DELETE FROM slots; --',
    "SQL wildcards": "%_[]^*?",
    "SQL parameters": ":public_id ?1 $1 %s %(unit_id)s",
    "a backslash at the end": "x\\",
    "XML": "</c:reason><c:reason>x</c:reason>",
    "XML that is no such": "<a b='c' & d=\"e\">&lt;&amp;amp;&#0;",
    "CDATA's end": "]]>",
    "CDATA": "<![CDATA[x]]>",
    "a document type": "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "an instruction": "<?xml version='1.0'?><?php exit ?>",
    "a script": "<script>alert(1)</script>",
    "an event": '"><img src=x onerror=alert(1)>',
    "a template": "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {0} {reason} %(reason)s %n%n%n",
    "format fields": "{0.__class__.__mro__} {} {} %s %d %c",
    "a shell": "$(id) `id` ; id | id & id",
    "a path": "../../../../etc/passwd",
    "a lookup": "${jndi:ldap://127.0.0.1:9/a}",
    "LDAP": "*)(uid=*))(|(uid=*",
    "XPath": "'] | //* | /foo['",
    "a header": "a\r\nSet-Cookie: b=c",
    "line breaks": "a\nb\r\nc\rd\te",
    "a log line": 'x"}\n{"level": "error", "message": "forged"}',
    "escape characters' pictures": "\u241b[31m",
    "white space around": "  a  b  ",
    "Swedish": "Åsa Öhman-Ärlig é ü",
    "beyond the first plane": "\U0001f9d1\u200d\u2695\ufe0f \U00020000",
    "combining": "A\u030ao\u0308 e\u0301\u0301\u0301",
    "right to left": "\u202egnihtemos\u202c \u0645\u0648\u0639\u062f",
    "zero width": "a\u200b\u200d\ufeffb",
    "control characters of the second range": "a\u0085b\u009fc\u2028d\u2029e",
    "noncharacters": "\ufdd0\U0001fffe",
    "a spreadsheet": "=cmd|' /C calc'!A0",
    "a number": "1e309",
    "None": "None",
    "null": "null",
    "a long text": "lång " * 20_000,
}
HEEDLESS = {  # what an order may hold without any effect: rules 25, 62 and 49, and a care type that the time has not
    "MakeBooking/healthcare_facility_med",
    "MakeBooking/requestedTimeslot/bookingId",
    "MakeBooking/requestedTimeslot/careTypeID",
    "UpdateBooking/requestedTimeslot/timeTypeID",
}
CONTACT = ("phone", "email", "address", "coaddress", "firstName", "middleName", "lastName")
COLUMNS = "phone, email, address, coaddress, first_name, middle_name, last_name, reason"


def as_sent(text: str) -> str:
    """Escaped for XML, with line breaks as references, since the parser would make one kind of them."""
    return escape(text).replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


def with_texts(contract: str, names: tuple[str, ...], text: str) -> bytes:
    marked = message(contract, **dict.fromkeys(names, "@@"))
    return marked.replace("@@", as_sent(text)).encode()


@pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)
def test_what_a_patient_writes_is_kept_to_the_letter(world: World, text: str) -> None:
    answer = answer_of(world.send(with_texts("MakeBooking", (*CONTACT, "reason"), text), headers=XML))
    assert answer.findtext("{*}resultCode") == "OK"
    booking_id = answer.findtext("{*}bookingId")
    kept = world.rows(f"SELECT {COLUMNS} FROM bookings WHERE public_id = '{booking_id}'")
    assert kept == [(text,) * 8]
    shown = answer_of(world.send(message("GetBookingDetails", bookingId=booking_id).encode(), headers=XML))
    assert shown.findtext("{*}timeslotDetail/{*}reason") == text
    assert len(world.rows("SELECT * FROM bookings")) == 4


@pytest.mark.parametrize("text", INJECTIONS.values(), ids=INJECTIONS)
def test_the_message_of_a_cancellation_is_kept_to_the_letter(world: World, text: str) -> None:
    answer = answer_of(world.send(with_texts("CancelBooking", ("message",), text), headers=XML))
    assert answer.findtext("{*}resultCode") == "OK"
    assert world.rows("SELECT message FROM booking_events WHERE act = 'cancelled'") == [(text,)]


def ids() -> Iterator[tuple[Letter, Line]]:
    return ((letter, line) for letter in LETTERS for line in letter.lines if line.kind in ("hsa", "id", "code", "uri"))


@pytest.mark.parametrize(("letter", "line"), [*ids()], ids=lambda part: getattr(part, "label", ""))
def test_an_id_that_means_harm_is_one_that_is_not_known(world: World, letter: Letter, line: Line) -> None:
    """Rules 41 and 54: at worst a fault that blames the caller, or an answer that says no."""
    for name, text in INJECTIONS.items():
        sent = spoilt(letter, line, lambda element: setattr(element, "text", "@@")).replace("@@", as_sent(text))
        reply = world.send(sent.encode(), headers=XML)
        if reply.status == 500:
            assert fault_of(reply).code == "Client", name
        elif letter.updates and answer_of(reply).findtext("{*}resultCode") == "OK":
            assert line.label in HEEDLESS, name
            world.restore()
        assert world.changes() == [], name


@pytest.mark.parametrize("where", ["LogicalAddress", "actorId"])
def test_a_header_that_means_harm_is_one_that_is_not_known(world: World, where: str) -> None:
    for name, text in INJECTIONS.items():
        sent = message("GetSubjectOfCareSchedule").replace(
            *{
                "LogicalAddress": (">SE2321000016-DEMO1</l:", f">{as_sent(text)}</l:"),
                "actorId": (">197001239297</a:", f">{as_sent(text)}</a:"),
            }[where]
        )
        reply = world.send(sent.encode(), headers=XML)
        if reply.status == 500:
            assert fault_of(reply).code == "Client", name
        else:
            answer_of(reply)
        assert world.changes() == [], name


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.contract)
def test_every_text_at_once_may_mean_harm(world: World, letter: Letter) -> None:
    body = letter.body()
    for line in letter.lines:
        if line.kind == "text":
            at(body, line.path).text = "'; DROP TABLE bookings; --</c:reason>]]>{0}%s"
    reply = world.send(envelope(body).encode(), headers=XML)
    assert reply.status == 200
    assert len(world.rows("SELECT * FROM bookings WHERE state = 'live'")) >= 2
