"""A seed folder read into entries, each of them sound in itself; what is not is found fault with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from producer.domain.booking_rules import BookingRules
from producer.store.seeding import entries, words
from producer.store.seeding.entries import AnyEntry, Entry, columns_of, read_entry, read_rules
from producer.store.seeding.faults import Findings, Place, unknown
from producer.store.seeding.files import Record, TomlFile, read_csv, read_text, read_toml
from producer.store.units import hsa_key


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFile:
    """What one file of units/ says.

    `records` and `known`, what each list holds and names, tell of entries that are unfit too.
    """

    file: str
    unit: entries.UnitEntry
    rules: BookingRules
    performers: tuple[entries.PerformerEntry, ...]
    resources: tuple[entries.ResourceEntry, ...]
    care_types: tuple[entries.CareTypeEntry, ...]
    time_types: tuple[entries.TimeTypeEntry, ...]
    schedules: tuple[entries.ScheduleEntry, ...]
    records: Mapping[str, tuple[Record, ...]]
    known: Mapping[str, Mapping[str, str]]

    @property
    def key(self) -> str:
        return hsa_key(self.unit.hsa_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedFolder:
    groups: tuple[entries.GroupEntry, ...]
    units: tuple[UnitFile, ...]
    unreadable: frozenset[str]
    """The files of units/ that do not even tell which unit they are about."""
    rows: tuple[Record, ...]
    """Every row of the CSV files, also those that are unfit."""
    listings: tuple[entries.ListingEntry, ...]
    restrictions: tuple[entries.RestrictionEntry, ...]
    absences: tuple[entries.AbsenceEntry, ...]
    slots: tuple[entries.SlotEntry, ...]
    bookings: tuple[entries.BookingEntry, ...]
    invitations: tuple[entries.InvitationEntry, ...]
    texts: Mapping[str, str]
    """The files of texts/, by name; empty what cannot be read."""


LISTS: Mapping[str, type[Entry]] = {
    "performers": entries.PerformerEntry,
    "resources": entries.ResourceEntry,
    "care_types": entries.CareTypeEntry,
    "time_types": entries.TimeTypeEntry,
    "schedules": entries.ScheduleEntry,
}
_TABLES = ("unit", "rules")
_CSV_FILES: Mapping[str, type[Entry]] = {
    "listings.csv": entries.ListingEntry,
    "restrictions.csv": entries.RestrictionEntry,
    "absences.csv": entries.AbsenceEntry,
    "slots.csv": entries.SlotEntry,
    "bookings.csv": entries.BookingEntry,
    "invitations.csv": entries.InvitationEntry,
}
_GROUPS = "groups.toml"
_NAMES = (*_CSV_FILES, _GROUPS, "units", "texts")


def read_folder(folder: Path, findings: Findings) -> SeedFolder:
    _check_names(folder, findings)
    unit_files = sorted(path.relative_to(folder).as_posix() for path in folder.glob("units/*.toml"))
    if not unit_files:
        findings.add(Place(file="units", line=1), f"no unit files in the folder {folder}: units/*.toml")
    units = {file: _read_unit_file(folder, file, findings) for file in unit_files}
    rows = {file: tuple(_read_rows(folder, file, kind, findings)) for file, kind in _CSV_FILES.items()}
    tables: dict[str, Any] = {
        file.removesuffix(".csv"): _entries(kind, rows[file], findings) for file, kind in _CSV_FILES.items()
    }
    return SeedFolder(
        groups=_read_groups(folder, findings),
        units=tuple(filter(None, units.values())),
        unreadable=frozenset(file for file, unit in units.items() if unit is None),
        rows=tuple(chain.from_iterable(rows.values())),
        texts=_read_texts(folder, findings),
        **tables,
    )


def _check_names(folder: Path, findings: Findings) -> None:
    """A misspelt file would otherwise be left out in silence."""
    for path in sorted((*folder.glob("*"), *folder.glob("units/*"))):
        name = path.relative_to(folder).as_posix()
        expected = name in _NAMES or (path.parent != folder and path.suffix == ".toml")
        if not expected and not path.name.startswith(".") and path.suffix != ".md":
            findings.add(Place(file=name, line=1), unknown("file", name, _NAMES))


def _read_groups(folder: Path, findings: Findings) -> tuple[entries.GroupEntry, ...]:
    toml = read_toml(folder, _GROUPS, findings) if (folder / _GROUPS).exists() else None
    if toml is None:
        return ()
    _check_keys(toml, ("groups",), findings)
    return _entries(entries.GroupEntry, tuple(_records(toml, "groups", findings)), findings)


def _read_rows(folder: Path, file: str, kind: type[Entry], findings: Findings) -> list[Record]:
    return read_csv(folder, file, columns_of(kind), findings) if (folder / file).exists() else []


def _read_texts(folder: Path, findings: Findings) -> Mapping[str, str]:
    names = sorted(path.name for path in folder.glob("texts/*") if not path.name.startswith("."))
    return {name: _read_purpose(folder, f"texts/{name}", findings) for name in names}


def _read_purpose(folder: Path, file: str, findings: Findings) -> str:
    text = read_text(folder, file, findings)
    try:
        return "" if text is None else words.text(text)
    except words.Unfit as reason:
        findings.add(Place(file=file, line=1), str(reason))
        return ""


def _read_unit_file(folder: Path, file: str, findings: Findings) -> UnitFile | None:
    toml = read_toml(folder, file, findings)
    if toml is None:
        return None
    _check_keys(toml, (*_TABLES, *LISTS), findings)
    records = {name: tuple(_records(toml, name, findings)) for name in LISTS}
    lists: dict[str, Any] = {name: _entries(LISTS[name], records[name], findings) for name in LISTS}
    unit_record, rules_record = (_single(toml, name, findings) for name in _TABLES)
    unit = read_entry(entries.UnitEntry, unit_record, findings) or _unit_in_name(unit_record)
    rules = read_rules(rules_record, findings) or BookingRules()
    known = {name: _known(LISTS[name], records[name]) for name in LISTS}
    if unit is None:
        return None
    return UnitFile(file=file, unit=unit, rules=rules, records=records, known=known, **lists)


def _unit_in_name(record: Record) -> entries.UnitEntry | None:
    """A stand-in for a unit that is unfit in other things than its id, so that the rest can be checked."""
    try:
        hsa_id = words.hsa_id(record.values.get("hsa_id"))
    except words.Unfit:
        return None
    return entries.UnitEntry(record=record, hsa_id=hsa_id, name=hsa_id, county=hsa_id)


def _check_keys(toml: TomlFile, known: tuple[str, ...], findings: Findings) -> None:
    for name in toml.content:
        if name not in known:
            findings.add(Place(file=toml.file, line=toml.line(name)), unknown("table", name, known))


def _single(toml: TomlFile, name: str, findings: Findings) -> Record:
    """The table [name], empty where the file has none."""
    if isinstance(toml.content.get(name, {}), dict):
        return toml.record(name) if name in toml.content else Record(file=toml.file, line=1, values={}, lines={})
    findings.add(Place(file=toml.file, line=toml.line(name)), f"'{name}' is to be one table, [{name}]")
    return Record(file=toml.file, line=toml.line(name), values={}, lines={})


def _records(toml: TomlFile, name: str, findings: Findings) -> Iterator[Record]:
    """The tables [[name]]."""
    tables = toml.content.get(name, [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        yield from (toml.record(name, number) for number in range(len(tables)))
    else:
        place = Place(file=toml.file, line=toml.line(name))
        findings.add(place, f"'{name}' is to be a list of tables, each [[{name}]]")


def _entries(kind: type[AnyEntry], records: Iterable[Record], findings: Findings) -> tuple[AnyEntry, ...]:
    return tuple(entry for record in records if (entry := read_entry(kind, record, findings)))


def key_field(kind: type[Entry]) -> str:
    """The field an entry goes by: its first."""
    return next(iter(columns_of(kind)))


def key_of(kind: type[Entry], word: str) -> str:
    """HSA-ids are the same in upper and lower case (rule 17), codes and names are not."""
    return hsa_key(word) if key_field(kind) == "hsa_id" else word


def _known(kind: type[Entry], records: Iterable[Record]) -> Mapping[str, str]:
    named = (record.values.get(key_field(kind)) for record in records)
    return {key_of(kind, word): word for word in named if isinstance(word, str)}
