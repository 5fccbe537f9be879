"""Every place of the staff pages, for the tests that go through them all: what it is and who may be there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select, text
from werkzeug.routing import MapAdapter, Rule

from producer.domain.model import Contact
from producer.domain.staff import Role, Staff
from producer.services.staff import absences, calendars
from producer.services.staff.admission import Visit
from producer.services.staff.signing_in import add_account
from producer.store import tables as t
from producer.store.accounts import account_named
from producer.store.engine import Database
from producer.store.seeding import seed

SEED_DATA = Path(__file__).parents[2] / "seed_data"
PASSWORD = "en lagom lång mening"
NORR, SOUTH, WEST, EAST, OFFICE, VACCINES, PSYCHIATRY = (f"SE2321000016-DEMO{number}" for number in range(1, 8))
OWN = (NORR, OFFICE, PSYCHIATRY)
ACCOUNTS: Mapping[str, tuple[Role, tuple[str, ...]]] = MappingProxyType(
    {
        "admin": (Role.ADMINISTRATOR, ()),
        "erik": (Role.EDITOR, OWN),
        "rut": (Role.READER, OWN),
        "olga": (Role.EDITOR, (SOUTH,)),
    }
)


class Who(StrEnum):
    """Who may come; what is a unit's is open to those of the unit alone, and everything to an administrator."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed-in"
    READER = "reader"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"


class What(StrEnum):
    PAGE = "page"
    FILE = "file"
    ONWARDS = "onwards"  # leads on to another page
    ACT = "act"  # nothing to look at by itself


@dataclass(frozen=True, kw_only=True)
class Place:
    endpoint: str
    who: Who
    what: What


_PLACES = """
absences.add                    editor         act
absences.change                 editor         act
absences.delete                 editor         act
absences.index                  reader         page
absences.show                   reader         page
access.file                     administrator  act
access.index                    administrator  page
access.search                   administrator  act
accounts.add                    administrator  act
accounts.change                 administrator  act
accounts.change_own_password    signed-in      act
accounts.edit                   administrator  page
accounts.give_password          administrator  act
accounts.index                  administrator  page
accounts.own_password           signed-in      page
base_schedules.add              editor         act
base_schedules.ask              editor         page
base_schedules.change           editor         act
base_schedules.copies           reader         page
base_schedules.copy             editor         act
base_schedules.days             editor         act
base_schedules.delete           editor         act
base_schedules.end              editor         act
base_schedules.index            reader         page
base_schedules.lay_out          editor         act
base_schedules.layout           reader         page
base_schedules.new              editor         page
base_schedules.show             reader         page
bookings.book                   editor         page
bookings.cancel                 editor         page
bookings.find                   reader         act
bookings.free                   editor         page
bookings.identified             editor         act
bookings.identify               editor         page
bookings.index                  reader         page
bookings.move                   editor         page
bookings.show                   reader         page
bookings.times                  editor         page
bookings.withdraw               editor         page
bootstrap.static                anybody        file
connecting.download             reader         file
connecting.show                 reader         page
connecting.trial                editor         act
exchange.calendar               anybody        file
exchange.close_calendar         editor         act
exchange.export                 reader         file
exchange.look                   editor         act
exchange.open_calendar          editor         act
exchange.show                   reader         page
exchange.take_in                editor         act
exchange.template               reader         file
exchange.unit_file              editor         file
exchange.unit_form              administrator  page
exchange.unit_look              administrator  act
exchange.unit_take_in           administrator  act
follow_up.index                 reader         page
follow_up.mark                  editor         act
front.access                    anybody        page
front.start                     signed-in      page
index_posts.index               administrator  page
index_posts.send_again          administrator  act
invitations.ask                 editor         act
invitations.index               reader         page
invitations.new                 editor         page
invitations.plan                editor         act
invitations.send                editor         act
invitations.show                reader         page
invitations.text                editor         act
invitations.withdraw            editor         act
language.choose                 anybody        act
lists.add                       editor         act
lists.add_patients              editor         act
lists.ask_to_leave              editor         page
lists.ask_to_retire             editor         page
lists.bring_back                editor         act
lists.change                    editor         act
lists.delete                    editor         act
lists.entry                     reader         page
lists.fetch                     editor         act
lists.index                     reader         page
lists.leave                     editor         act
lists.patients                  reader         page
lists.register                  reader         page
lists.remove_patient            editor         act
lists.retire                    editor         act
lists.search                    reader         act
patients.ask_to_erase           administrator  act
patients.erase                  administrator  act
patients.extract                administrator  act
patients.extract_file           administrator  act
patients.file                   administrator  act
patients.index                  administrator  page
patients.look                   administrator  act
rules.again                     editor         act
rules.change                    editor         act
rules.preview                   editor         act
rules.show                      reader         page
signing_in.enter                anybody        act
signing_in.form                 anybody        page
signing_in.leave                signed-in      act
static                          anybody        file
units.add                       administrator  act
units.add_group                 administrator  act
units.ask_to_retire             administrator  page
units.bring_back                administrator  act
units.change                    administrator  act
units.changes                   administrator  page
units.delete_group              administrator  act
units.edit                      administrator  page
units.index                     administrator  page
units.new                       administrator  page
units.rename_group              administrator  act
units.retire                    administrator  act
week.add                        editor         act
week.alter                      editor         act
week.changes                    reader         page
week.edit_picked                editor         act
week.show                       reader         page
week.slot                       reader         page
week.undo                       editor         act
"""
PLACES: Mapping[str, Place] = MappingProxyType(
    {
        endpoint: Place(endpoint=endpoint, who=Who(who), what=What(what))
        for endpoint, who, what in map(str.split, _PLACES.strip().splitlines())
    }
)

# Where a page looks in several ways, or has so much on it that a part will do.
QUERIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "week.show": tuple(
            f"?time_type={{few}}&view={how}" for how in ("week", "week&by=resource", "day&by=performer", "month")
        ),
        "bookings.free": ("?time_type={few}",),
        "bookings.times": ("?time_type={few}",),
        "exchange.export": ("?kind=slots&format=csv&from=2026-11-23&to=2026-11-29",),
    }
)
# What is sent to a place, if it takes more than nothing to be understood.
FORMS: Mapping[str, Mapping[str, str | bytes]] = MappingProxyType(
    {
        "exchange.look": {"kind": "slots", "file": "datum;från;till;tidtyp\n2027-01-13;09:00;09:30;PROV\n".encode()},
        "exchange.take_in": {"kind": "slots", "rows": "[[2, {}]]"},
    }
)
# Where the usual examples do not fit.
_INSTEAD: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "bookings.identified": {"booking": "RESERVE-1"},
        "bookings.identify": {"booking": "RESERVE-1"},
        "bookings.withdraw": {"unit": OFFICE, "booking": "DEMO-OPEN-1"},
        "invitations.show": {"unit": OFFICE, "booking": "DEMO-OPEN-1"},
        "lists.ask_to_leave": {"entry": "performer"},
        "lists.leave": {"entry": "performer"},
        "lists.patients": {"unit": PSYCHIATRY},
        "exchange.template": {"name": "tider.csv"},
        "bootstrap.static": {"filename": "css/bootstrap.min.css"},
    }
)


def make_demo(database: Database, now: datetime) -> dict[str, str]:
    """The demo region with accounts, somebody away and a calendar; what in it stands for parts of addresses."""
    seed(database, SEED_DATA, now.date())
    with database.writing() as timetable:
        for name, (role, units) in ACCOUNTS.items():
            add_account(timetable, name, PASSWORD, role, units, now=now)
        admin = account_named(timetable, "admin")
    assert admin is not None
    staff = Staff(account_id=admin.id, name="admin", role=Role.ADMINISTRATOR)
    away = (now + timedelta(days=1)).date().isoformat()
    visit = Visit(staff=staff, now=now.replace(microsecond=0))
    draft = absences.Draft(performer=_examples(database)["performer"], first=away, last=away, reason="Utbildning")
    absences.add(database, visit, NORR, draft)
    _book_under_reserve_id(database, visit)
    secret, _ = calendars.open_feed(database, visit, NORR, calendars.seen(None))
    return {**_examples(database), "secret": secret}


def _book_under_reserve_id(database: Database, visit: Visit) -> None:
    """The first time at Norr, for a patient whose own number is not known."""
    with database.writing() as timetable:
        free = select(t.slots.c.public_id).join(t.care_units).where(t.care_units.c.hsa_id == NORR, text(t.FREE))
        ahead = free.where(t.slots.c.starts > visit.now).order_by(t.slots.c.starts, t.slots.c.id)
        slot = timetable.slot_by_public_id(str(timetable.connection.scalars(ahead).first()))
        assert slot is not None
        contact = Contact(first_name="Okänd", last_name="Test")
        timetable.book(
            slot,
            "991981000010",
            contact,
            reason=None,
            care_type=None,
            public_id="RESERVE-1",
            origin=visit.origin,
            now=visit.now,
        )


def _examples(database: Database) -> dict[str, str]:
    with database.reading() as timetable:
        ask = timetable.connection.scalar
        unit_id = ask(select(t.care_units.c.id).where(t.care_units.c.hsa_id == NORR))
        free = select(t.slots.c.public_id).where(
            t.slots.c.unit_id == unit_id, t.slots.c.booking_id.is_(None), ~t.slots.c.blocked
        )
        found = {
            "slot": ask(free.order_by(t.slots.c.starts.desc(), t.slots.c.id)),
            "schedule": ask(select(t.base_schedules.c.id).where(t.base_schedules.c.unit_id == unit_id)),
            "entry": ask(select(t.time_types.c.id).where(t.time_types.c.unit_id == unit_id)),
            "few": ask(select(t.time_types.c.id).where(t.time_types.c.code == "HALSOSAMTAL")),
            "performer": ask(select(t.performers.c.id).where(t.performers.c.hsa_id == "SE2321000016-DEMOP1")),
            "absence": ask(select(t.absences.c.id)),
            "note": ask(select(t.listings.c.id)),
            "account": ask(select(t.accounts.c.id).where(t.accounts.c.name == "rut")),
            "group": ask(select(t.unit_groups.c.id)),
        }
    more = {"unit": NORR, "hsa_id": NORR, "booking": "DEMO-BOOKING-1", "register": "time-types", "kind": "listed"}
    return {**{name: str(value) for name, value in found.items()}, **more, "change": "1", "filename": "staff/staff.css"}


def address(adapter: MapAdapter, rule: Rule, known: Mapping[str, str]) -> str:
    """The path of an example of the rule."""
    here = {**known, **_INSTEAD.get(rule.endpoint, {})}
    values = {name: known.get(here[name], here[name]) for name in rule.arguments}
    method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
    return adapter.build(rule.endpoint, values, method=method)
