"""The accounts of the staff: added and changed by administrators; everybody changes a password of their own."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from werkzeug.security import generate_password_hash

from producer.domain.model import CareUnit
from producer.domain.staff import Account, ChangedMeanwhile, Fault, Invalid, NotThere, Role, Sentence
from producer.services.staff import signing_in
from producer.services.staff.admission import Visit, administering, overseeing
from producer.services.staff.fingerprints import fingerprint
from producer.store import accounts
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.timetable import Timetable

ROLES = {
    Role.ADMINISTRATOR: Sentence("Administratör: alla enheter, konton och åtkomstloggen"),
    Role.EDITOR: Sentence("Redaktör: ändrar på sina enheter"),
    Role.READER: Sentence("Läsare: ser sina enheter"),
}
_AS_A_WORD = {
    Role.ADMINISTRATOR: Sentence("administratör"),
    Role.EDITOR: Sentence("redaktör"),
    Role.READER: Sentence("läsare"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounts:
    """All of them, and the units they can have."""

    accounts: list[Account]
    units: list[CareUnit]


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownAccount:
    account: Account
    units: list[CareUnit]
    seen: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPassword:
    """A password that was made up, to be shown this once; None if somebody chose it."""

    sentence: Sentence
    name: str
    password: str | None


def all_accounts(database: Database, visit: Visit) -> Accounts:
    with overseeing(database, visit) as timetable:
        return Accounts(accounts=accounts.accounts(timetable), units=_units(timetable))


def shown(database: Database, visit: Visit, account_id: int) -> ShownAccount:
    with overseeing(database, visit) as timetable:
        account = _account(timetable, account_id)
        return ShownAccount(account=account, units=_units(timetable), seen=_seen(account))


def add(
    database: Database, visit: Visit, *, name: str, role: str, unit_ids: Iterable[int], password: str
) -> NewPassword:
    """An empty password is made up; raises Invalid."""
    made_up = None if password else secrets.token_urlsafe(12)
    with administering(database, visit) as timetable:
        units = [unit.hsa_id for unit in _chosen(timetable, unit_ids)]
        added = signing_in.add_account(timetable, name, password or made_up or "", _role(role), units, now=visit.now)
        sentence = Sentence(
            "Kontot %(name)s har lagts till (%(role)s).", {"name": added.name, "role": _AS_A_WORD[added.role]}
        )
        _tell(timetable, visit, sentence)
        return NewPassword(sentence=sentence, name=added.name, password=made_up)


def change(
    database: Database, visit: Visit, account_id: int, *, role: str, active: bool, unit_ids: Iterable[int], seen: str
) -> Sentence:
    """The account is signed out everywhere; raises Invalid, ChangedMeanwhile."""
    with administering(database, visit) as timetable:
        account = _account(timetable, account_id)
        if seen != _seen(account):
            raise ChangedMeanwhile(*_now(timetable, account))
        chosen = _role(role)
        if not (active and chosen is Role.ADMINISTRATOR) and _is_the_last(timetable, account):
            last = Sentence(
                "%(name)s är den enda aktiva administratören. Gör först någon annan till det.", {"name": account.name}
            )
            raise Invalid(Fault("role" if active else "active", last))
        unit_ids = [unit.id for unit in _chosen(timetable, unit_ids)]
        accounts.change_account(timetable, account_id, role=chosen, active=active, unit_ids=unit_ids)
        told = (
            Sentence("Kontot %(name)s har ändrats (%(role)s).", {"name": account.name, "role": _AS_A_WORD[chosen]})
            if active
            else Sentence("Kontot %(name)s är stängt.", {"name": account.name})
        )
        return _tell(timetable, visit, told)


def give_password(database: Database, visit: Visit, account_id: int, password: str) -> NewPassword:
    """An empty password is made up; the account is signed out everywhere. Raises Invalid."""
    made_up = None if password else secrets.token_urlsafe(12)
    faults = signing_in.password_faults(password or made_up or "")
    if faults:
        raise Invalid(*faults)
    with administering(database, visit) as timetable:
        account = _account(timetable, account_id)
        _set_password(timetable, account, password or made_up or "")
        sentence = Sentence("Kontot %(name)s har fått ett nytt lösenord.", {"name": account.name})
        _tell(timetable, visit, sentence)
        return NewPassword(sentence=sentence, name=account.name, password=made_up)


def change_own_password(database: Database, visit: Visit, *, old: str, new: str, again: str, address: str) -> str:
    """The token of a new sign-in, as every other is ended; raises Invalid, TooManyAttempts."""
    name = visit.staff.name
    if signing_in.sign_in(database, name, old, address=address, now=visit.now) is None:
        raise Invalid(Fault("old", Sentence("Det nuvarande lösenordet är fel.")))
    faults = signing_in.password_faults(new)
    if new != again:
        faults.append(Fault("again", Sentence("De två nya lösenorden är olika.")))
    if new == old:
        faults.append(Fault("password", Sentence("Det nya lösenordet är samma som det gamla.")))
    if faults:
        raise Invalid(*faults)
    with database.writing() as timetable:
        account = _account(timetable, visit.staff.account_id)
        _set_password(timetable, account, new)
        _tell(timetable, visit, Sentence("%(name)s har bytt sitt lösenord.", {"name": account.name}))
    return _signed_in_again(database, name, new, address=address, now=visit.now)


def _signed_in_again(database: Database, name: str, password: str, *, address: str, now: datetime) -> str:
    token = signing_in.sign_in(database, name, password, address=address, now=now)
    if token is None:
        raise NotThere
    return token


def _set_password(timetable: Timetable, account: Account, password: str) -> None:
    accounts.change_account(
        timetable,
        account.id,
        role=account.role,
        active=account.active,
        unit_ids=account.unit_ids,
        password_hash=generate_password_hash(password),
    )


def _account(timetable: Timetable, account_id: int) -> Account:
    found = accounts.account(timetable, account_id)
    if found is None:
        raise NotThere
    return found


def _units(timetable: Timetable) -> list[CareUnit]:
    return sorted(timetable.units(), key=lambda unit: (unit.retired, unit.name.casefold()))


def _chosen(timetable: Timetable, unit_ids: Iterable[int]) -> list[CareUnit]:
    wanted = set(unit_ids)
    found = [unit for unit in timetable.units() if unit.id in wanted]
    if len(found) != len(wanted):
        raise Invalid(Fault("units", Sentence("En av enheterna finns inte längre. Välj igen.")))
    return found


def _role(word: str) -> Role:
    if word not in [*Role]:
        raise Invalid(Fault("role", Sentence("Välj en roll.")))
    return Role(word)


def _is_the_last(timetable: Timetable, account: Account) -> bool:
    active = [each.id for each in accounts.accounts(timetable) if each.active and each.role is Role.ADMINISTRATOR]
    return active == [account.id]


def _seen(account: Account) -> str:
    return fingerprint(account.role, account.active, sorted(account.unit_ids))


def _now(timetable: Timetable, account: Account) -> tuple[Sentence, ...]:
    names = ", ".join(unit.name for unit in _units(timetable) if unit.id in account.unit_ids) or "-"
    now = Sentence(
        "Nu: %(name)s, %(role)s. Enheter: %(units)s.",
        {"name": account.name, "role": _AS_A_WORD[account.role], "units": names},
    )
    return (now,) if account.active else (now, Sentence("Kontot är stängt."))


def _tell(timetable: Timetable, visit: Visit, sentence: Sentence) -> Sentence:
    add_change(timetable, visit.staff, sentence, unit_id=None, now=visit.now)
    return sentence
