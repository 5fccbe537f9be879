"""The accounts of the staff, who is signed in, and who tried to be."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select

from producer.domain.staff import Account, Role
from producer.store import tables as t
from producer.store.timetable import Timetable


def name_key(name: str) -> str:
    """What an account is found by: small and capital letters are the same, and spaces around it nothing."""
    return " ".join(name.split()).casefold()


def has_accounts(timetable: Timetable) -> bool:
    return timetable.connection.execute(select(t.accounts.c.id).limit(1)).first() is not None


def accounts(timetable: Timetable) -> list[Account]:
    """All of them, by name."""
    return _accounts(timetable, _ACCOUNTS.order_by(t.accounts.c.name_key))


def account(timetable: Timetable, account_id: int) -> Account | None:
    found = _accounts(timetable, _ACCOUNTS.where(t.accounts.c.id == account_id))
    return found[0] if found else None


def account_named(timetable: Timetable, name: str) -> Account | None:
    found = _accounts(timetable, _ACCOUNTS.where(t.accounts.c.name_key == name_key(name)))
    return found[0] if found else None


def password_hash(timetable: Timetable, account_id: int) -> str:
    query: Select[Any] = select(t.accounts.c.password_hash).where(t.accounts.c.id == account_id)
    return str(timetable.connection.execute(query).scalar_one())


def add_account(
    timetable: Timetable, name: str, password_hash: str, role: Role, unit_ids: Iterable[int], *, now: datetime
) -> int:
    """Raises Collision if the name is taken."""
    row = {
        "name": " ".join(name.split()),
        "name_key": name_key(name),
        "password_hash": password_hash,
        "role": role.value,
        "made_at": now.replace(microsecond=0),
    }
    added: Any = timetable.connection.execute(t.accounts.insert(), row).inserted_primary_key
    _set_units(timetable, added.id, unit_ids)
    return int(added.id)


def change_account(
    timetable: Timetable,
    account_id: int,
    *,
    role: Role,
    active: bool,
    unit_ids: Iterable[int],
    password_hash: str | None = None,
) -> None:
    """A new password, role or rest signs the account out everywhere."""
    values: dict[str, Any] = {"role": role.value, "active": active}
    if password_hash is not None:
        values["password_hash"] = password_hash
    timetable.connection.execute(t.accounts.update().where(t.accounts.c.id == account_id).values(**values))
    _set_units(timetable, account_id, unit_ids)
    timetable.connection.execute(t.sign_ins.delete().where(t.sign_ins.c.account_id == account_id))


def sign_in(timetable: Timetable, account_id: int, token_hash: str, *, now: datetime) -> None:
    row = {"token_hash": token_hash, "account_id": account_id, "at": now, "last_seen": now}
    timetable.connection.execute(t.sign_ins.insert(), row)


def signed_in(timetable: Timetable, token_hash: str) -> tuple[Account, datetime] | None:
    """Whose token it is, if the account is active, and when it was last seen."""
    row = timetable.connection.execute(_SIGN_IN, {"token_hash": token_hash}).first()
    found = None if row is None else account(timetable, row.account_id)
    return None if row is None or found is None or not found.active else (found, row.last_seen)


def see(timetable: Timetable, token_hash: str, *, now: datetime) -> None:
    timetable.connection.execute(_SEE, {"hash": token_hash, "now": now})


def sign_out(timetable: Timetable, token_hash: str) -> None:
    timetable.connection.execute(t.sign_ins.delete().where(t.sign_ins.c.token_hash == token_hash))


def failures_since(timetable: Timetable, moment: datetime, name: str, address: str) -> tuple[int, int]:
    """How many attempts to sign in have failed since: with this name, and from this address."""
    attempts = t.sign_in_attempts.c
    counted = select(
        func.count().filter(attempts.name_key == name_key(name)[:100]), func.count().filter(attempts.address == address)
    ).where(attempts.at > moment, or_(attempts.name_key == name_key(name)[:100], attempts.address == address))
    by_name, by_address = timetable.connection.execute(counted).one()
    return by_name, by_address


def note_failure(timetable: Timetable, name: str, address: str, *, now: datetime) -> None:
    row = {"at": now, "name_key": name_key(name)[:100], "address": address[:64]}
    timetable.connection.execute(t.sign_in_attempts.insert(), row)


def forget_before(timetable: Timetable, moment: datetime) -> None:
    """Attempts and sign-ins that no longer matter."""
    timetable.connection.execute(t.sign_in_attempts.delete().where(t.sign_in_attempts.c.at < moment))
    timetable.connection.execute(t.sign_ins.delete().where(t.sign_ins.c.last_seen < moment))


def secret(timetable: Timetable, name: str) -> str | None:
    return timetable.connection.execute(select(t.secrets.c.value).where(t.secrets.c.name == name)).scalar()


def add_secret(timetable: Timetable, name: str, value: str) -> None:
    """Raises Collision if there is one."""
    timetable.connection.execute(t.secrets.insert(), {"name": name, "value": value})


def _set_units(timetable: Timetable, account_id: int, unit_ids: Iterable[int]) -> None:
    timetable.connection.execute(t.account_units.delete().where(t.account_units.c.account_id == account_id))
    rows = [{"account_id": account_id, "unit_id": unit_id} for unit_id in sorted(set(unit_ids))]
    if rows:
        timetable.connection.execute(t.account_units.insert(), rows)


def _accounts(timetable: Timetable, query: Select[Any]) -> list[Account]:
    rows = timetable.connection.execute(query).all()
    units: dict[int, set[int]] = {}
    links = select(t.account_units).where(t.account_units.c.account_id.in_([row.id for row in rows]))
    for link in timetable.connection.execute(links):
        units.setdefault(link.account_id, set()).add(link.unit_id)
    return [_account(row, frozenset(units.get(row.id, ()))) for row in rows]


def _account(row: Row[Any], unit_ids: frozenset[int]) -> Account:
    return Account(
        id=row.id, name=row.name, role=Role(row.role), active=row.active, unit_ids=unit_ids, made_at=row.made_at
    )


_ACCOUNTS = select(t.accounts)
_SIGN_IN = select(t.sign_ins).where(t.sign_ins.c.token_hash == bindparam("token_hash"))
_SEE = t.sign_ins.update().where(t.sign_ins.c.token_hash == bindparam("hash")).values(last_seen=bindparam("now"))
