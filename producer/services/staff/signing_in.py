"""Signing in and out, the passwords, and the first account."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from producer.domain.staff import Account, Fault, Invalid, NotThere, Role, Sentence, Staff
from producer.store import accounts
from producer.store.engine import Database
from producer.store.errors import Collision
from producer.store.timetable import Timetable

IDLE_AFTER = timedelta(minutes=30)
"""Who has done nothing for so long is signed out."""
FIRST_NAME = "admin"
SHORTEST_PASSWORD = 12

_ATTEMPTS_WITHIN = timedelta(minutes=15)
_FAILURES_BY_NAME, _FAILURES_BY_ADDRESS = 5, 30
_SEEN_EVERY = timedelta(minutes=1)
_KEY = "cookie key"


class TooManyAttempts(Exception):
    """No password is tried for a while, not even the right one."""


def sign_in(database: Database, name: str, password: str, *, address: str, now: datetime) -> str | None:
    """The token of a new sign-in, or None if name and password do not belong together; raises TooManyAttempts."""
    with database.reading() as timetable:
        by_name, by_address = accounts.failures_since(timetable, now - _ATTEMPTS_WITHIN, name, address)
        if by_name >= _FAILURES_BY_NAME or by_address >= _FAILURES_BY_ADDRESS:
            raise TooManyAttempts
        found = accounts.account_named(timetable, name)
        known = accounts.password_hash(timetable, found.id) if found and found.active else _nobodys_hash()
    # Outside of the transaction, for it takes long, and as long for a name that nobody has.
    fits = check_password_hash(known, password[:1000])
    with database.writing() as timetable:
        accounts.forget_before(timetable, now - timedelta(days=1))
        if found is None or not found.active or not fits:
            accounts.note_failure(timetable, name, address, now=now)
            return None
        token = secrets.token_urlsafe(32)
        accounts.sign_in(timetable, found.id, _hash_of(token), now=now)
        return token


def staff_signed_in(database: Database, token: str, now: datetime) -> Staff | None:
    """Who signed in with this token and has not been idle since for too long."""
    with database.reading() as timetable:
        found = accounts.signed_in(timetable, _hash_of(token))
    if found is None or now - found[1] > IDLE_AFTER:
        return None
    account, seen = found
    if now - seen > _SEEN_EVERY:
        with database.writing() as timetable:
            accounts.see(timetable, _hash_of(token), now=now)
    return account.staff


def sign_out(database: Database, token: str) -> None:
    with database.writing() as timetable:
        accounts.sign_out(timetable, _hash_of(token))


def add_account(
    timetable: Timetable, name: str, password: str, role: Role, unit_hsa_ids: Iterable[str], *, now: datetime
) -> Account:
    """Raises Invalid."""
    faults = [*name_faults(name), *password_faults(password)]
    units = {hsa_id: timetable.unit(hsa_id) for hsa_id in unit_hsa_ids}
    faults += [
        Fault("units", Sentence("Enheten %(hsa_id)s finns inte.", {"hsa_id": hsa_id}))
        for hsa_id, unit in units.items()
        if unit is None
    ]
    if accounts.account_named(timetable, name):
        faults.append(Fault("name", Sentence("Namnet är upptaget.")))
    if faults:
        raise Invalid(*faults)
    unit_ids = [unit.id for unit in units.values() if unit]
    account_id = accounts.add_account(timetable, name, generate_password_hash(password), role, unit_ids, now=now)
    made = accounts.account(timetable, account_id)
    if made is None:
        raise NotThere
    return made


def name_faults(name: str) -> list[Fault]:
    if not accounts.name_key(name):
        return [Fault("name", Sentence("Ange ett namn."))]
    if max(len(name), len(accounts.name_key(name))) > 100:  # "ß" is two letters when small and capital are the same
        return [Fault("name", Sentence("Namnet är för långt, högst 100 tecken."))]
    return []


def password_faults(password: str) -> list[Fault]:
    if len(password) < SHORTEST_PASSWORD:
        return [
            Fault("password", Sentence("Lösenordet ska ha minst %(length)s tecken.", {"length": SHORTEST_PASSWORD}))
        ]
    if len(password) > 1000:
        return [Fault("password", Sentence("Lösenordet är för långt."))]
    return []


def make_first_account(database: Database, now: datetime) -> str | None:
    """An administrator with a random password, which is answered this once; None when there is an account."""
    with database.writing() as timetable:
        if accounts.has_accounts(timetable):
            return None
        password = secrets.token_urlsafe(12)
        add_account(timetable, FIRST_NAME, password, Role.ADMINISTRATOR, (), now=now)
        return password


def cookie_key(database: Database) -> str:
    """What the cookies are signed with, the same for every process of this database; made when first asked for."""
    with database.reading() as timetable:
        known = accounts.secret(timetable, _KEY)
    if known is None:
        try:
            with database.writing() as timetable:
                accounts.add_secret(timetable, _KEY, secrets.token_hex(32))
        except Collision:
            pass  # another process was first
        with database.reading() as timetable:
            known = accounts.secret(timetable, _KEY)
    if known is None:
        raise NotThere
    return known


@cache
def _nobodys_hash() -> str:
    return generate_password_hash(secrets.token_urlsafe())


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
