"""What the entries of a seed folder must be to each other: references known, nothing twice, rules obeyed."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from producer.domain import persons
from producer.store.seeding import entries
from producer.store.seeding.entries import AnyEntry, Entry
from producer.store.seeding.faults import Findings, Place, unknown
from producer.store.seeding.files import Record
from producer.store.seeding.folder import LISTS, SeedFolder, UnitFile, key_field, key_of
from producer.store.seeding.texts import text_faults
from producer.store.units import hsa_key

# Which list of its unit a field of an entry names something in.
_REFERS_TO: Mapping[str, str] = {
    "care_type": "care_types",
    "care_types": "care_types",
    "performer": "performers",
    "performers": "performers",
    "resource": "resources",
    "time_type": "time_types",
    "time_types": "time_types",
}
_NOUNS: Mapping[str, str] = {
    "care_types": "care type",
    "performers": "performer",
    "resources": "resource",
    "time_types": "time type",
    "schedules": "schedule",
}

AboutPatient = entries.ListingEntry | entries.RestrictionEntry | entries.BookingEntry | entries.InvitationEntry


def check_folder(folder: SeedFolder, findings: Findings) -> None:
    _check_twice(folder.groups, lambda group: group.name, "group", findings)
    _check_twice([unit.unit for unit in folder.units], lambda unit: hsa_key(unit.hsa_id), "unit", findings)
    for unit in folder.units:
        _check_unit(unit, folder, findings)
    _check_performers_described(folder, findings)
    _check_rows(folder, findings)


def unit_of(hsa_id: str, folder: SeedFolder) -> UnitFile | None:
    return next((unit for unit in folder.units if unit.key == hsa_key(hsa_id)), None)


def _check_twice(
    listed: Iterable[AnyEntry], key: Callable[[AnyEntry], Hashable], noun: str, findings: Findings
) -> None:
    first: dict[Hashable, Place] = {}
    for entry in listed:
        place = entry.record.place()
        earlier = first.setdefault(key(entry), place)
        if earlier is not place:
            findings.add(place, f"the {noun} is there already: {earlier.file} line {earlier.line}")


def _check_unit(unit: UnitFile, folder: SeedFolder, findings: Findings) -> None:
    groups = [group.name for group in folder.groups]
    if unit.unit.group is not None and unit.unit.group not in groups:
        findings.add(unit.unit.record.place("group"), unknown("group", unit.unit.group, groups))
    for name, noun in _NOUNS.items():
        _check_twice(getattr(unit, name), _key, noun, findings)
        for record in unit.records[name]:
            _check_references(record, unit, findings)
    for schedule in unit.schedules:
        _check_schedule(schedule, unit, findings)


def _key(entry: Entry) -> Hashable:
    return key_of(type(entry), getattr(entry, key_field(type(entry))))


def _check_references(record: Record, unit: UnitFile, findings: Findings) -> None:
    for field, name in _REFERS_TO.items():
        known = unit.known[name]
        for word in _words(record.values.get(field)):
            if key_of(LISTS[name], word) not in known:
                reason = unknown(f"{_NOUNS[name]} of {unit.unit.hsa_id}", word, known.values())
                findings.add(record.place(field), reason)


def _words(value: object) -> Iterator[str]:
    """The word or words of a value; one that is no text is unfit, which is said elsewhere."""
    several = value if isinstance(value, list) else [value]
    return (word.strip() for word in several if isinstance(word, str))


def _check_schedule(schedule: entries.ScheduleEntry, unit: UnitFile, findings: Findings) -> None:
    if not unit.unit.offers_care:
        findings.add(schedule.record.place(), "a unit that offers no care has no schedules")
    if schedule.former_of is not None and schedule.former_of not in unit.known["schedules"]:
        reason = unknown("schedule", schedule.former_of, unit.known["schedules"])
        findings.add(schedule.record.place("former_of"), reason)
    if not schedule.time_types:
        findings.add(schedule.record.place("time_types"), "the schedule is for no time type")
    for code in schedule.time_types:
        _check_performs(schedule, code, unit, findings)


def _check_performs(
    entry: entries.ScheduleEntry | entries.SlotEntry, code: str, unit: UnitFile, findings: Findings
) -> None:
    """A time type that lists its performers is met with those only."""
    listed = next((time_type.performers for time_type in unit.time_types if time_type.code == code), None)
    if unit.unit.exported:
        return
    if listed is not None and hsa_key(entry.performer or "") not in map(hsa_key, listed):
        reason = f"the time type {code} lists its performers, and {entry.performer or 'nobody'} is not among them"
        findings.add(entry.record.place("performer"), reason)


def _check_performers_described(folder: SeedFolder, findings: Findings) -> None:
    """A person is described in one file at least, and in each alike."""
    members = [performer for unit in folder.units for performer in unit.performers]
    described = described_performers(folder)
    for performer in members:
        first = described.get(hsa_key(performer.hsa_id))
        if first is None and not folder.unreadable:
            findings.add(performer.record.place(), f"{performer.hsa_id} has no first_name and last_name in any file")
        elif first is not None and any(performer.names) and performer.names != first.names:
            place = first.record.place()
            reason = f"{performer.hsa_id} is described otherwise in {place.file} line {place.line}"
            findings.add(performer.record.place(), reason)


def described_performers(folder: SeedFolder) -> dict[str, entries.PerformerEntry]:
    """Each performer as the first file with both names has it."""
    described: dict[str, entries.PerformerEntry] = {}
    for unit in folder.units:
        for performer in unit.performers:
            if performer.first_name and performer.last_name:
                described.setdefault(hsa_key(performer.hsa_id), performer)
    return described


def _check_rows(folder: SeedFolder, findings: Findings) -> None:
    _check_twice(folder.listings, _listed, "listing", findings)
    _check_twice(
        folder.restrictions, lambda row: (hsa_key(row.unit), row.patient, row.time_type), "restriction", findings
    )
    booked: tuple[entries.BookingEntry | entries.InvitationEntry, ...] = (*folder.bookings, *folder.invitations)
    _check_twice(booked, lambda row: row.id, "id", findings)
    for record in folder.rows:
        _check_row(record, folder, findings)
    for row in (*folder.listings, *folder.restrictions, *booked):
        _check_patient(row, unit_of(row.unit, folder), findings)
    _check_twice([slot for slot in folder.slots if slot.id], lambda slot: slot.id, "id", findings)
    for slot in folder.slots:
        _check_slot(slot, unit_of(slot.unit, folder), findings)
    for booking in folder.bookings:
        _check_booking(booking, unit_of(booking.unit, folder), folder, findings)
    for invitation in folder.invitations:
        unit = unit_of(invitation.unit, folder)
        for reason in _invitation_faults(invitation, folder, is_exported=unit is not None and unit.unit.exported):
            findings.add(invitation.record.place(), reason)


def _check_row(record: Record, folder: SeedFolder, findings: Findings) -> None:
    """A row names a unit, and in that unit what it has."""
    word = record.values.get("unit", "")
    unit = unit_of(word, folder)
    if unit is not None:
        _check_references(record, unit, findings)
    elif word and not folder.unreadable:
        findings.add(record.place(), unknown("unit", word, [known.unit.hsa_id for known in folder.units]))


def _listed(row: entries.ListingEntry) -> tuple[str, str, str]:
    return hsa_key(row.unit), row.patient, hsa_key(row.performer or "")


def _check_patient(row: AboutPatient, unit: UnitFile | None, findings: Findings) -> None:
    """The unit's own rules about identities hold for its seeds too (rules 37 and 98)."""
    if unit is None or unit.unit.exported:
        return
    if not unit.rules.reserve_ids_accepted and not persons.is_national(row.patient):
        findings.add(row.record.place(), f"{row.patient} is no personnummer, and the unit takes no reserve ids")
    if unit.rules.test_identities_only and row.patient not in persons.OFFICIAL_TEST_IDENTITIES:
        findings.add(row.record.place(), f"{row.patient} is no official test identity, and the unit takes only those")


def _check_slot(slot: entries.SlotEntry, unit: UnitFile | None, findings: Findings) -> None:
    if not slot.length:
        findings.add(slot.record.place(), "the time has no length")
    if unit is not None:
        _check_performs(slot, slot.time_type, unit, findings)
        if not unit.unit.offers_care:
            findings.add(slot.record.place(), "a unit that offers no care has no times")


def _check_booking(
    booking: entries.BookingEntry, unit: UnitFile | None, folder: SeedFolder, findings: Findings
) -> None:
    """One that was exported may have been an invitation, whose patient has told no name."""
    if booking.purpose_file is not None and booking.purpose_file not in folder.texts:
        findings.add(booking.record.place(), unknown("file of texts/", booking.purpose_file, folder.texts))
    if unit is not None and unit.unit.exported:
        return
    for key in ("first_name", "last_name"):
        if getattr(booking, key) is None:
            findings.add(booking.record.place(), f"'{key}' is missing")
    if unit is not None and booking.care_type is not None:
        _check_care_type(booking, unit, findings)


def _check_care_type(booking: entries.BookingEntry, unit: UnitFile, findings: Findings) -> None:
    of_time_type = next((each.care_types for each in unit.time_types if each.code == booking.time_type), ())
    if booking.care_type not in of_time_type:
        reason = f"the time type {booking.time_type} is not of the care type {booking.care_type}"
        findings.add(booking.record.place("care_type"), reason)


def _invitation_faults(invitation: entries.InvitationEntry, folder: SeedFolder, *, is_exported: bool) -> Iterator[str]:
    if invitation.purpose_file is not None and invitation.purpose_file not in folder.texts:
        yield unknown("file of texts/", invitation.purpose_file, folder.texts)
        return
    if is_exported:
        return
    is_timed = invitation.starts is not None
    if is_timed and invitation.valid_to:
        yield "valid_to is for open invitations; this one has a time"
    if not is_timed and (invitation.performer or invitation.resource or invitation.slot):
        yield "an open invitation, one without a time, names no performer or resource"
    if (invitation.purpose is None) == (invitation.purpose_file is None):
        yield "an invitation has either a purpose or a purpose_file (rule 77)"
    else:
        yield from text_faults(purpose_of(invitation, folder) or "")


def purpose_of(entry: entries.BookingEntry | entries.InvitationEntry, folder: SeedFolder) -> str | None:
    return folder.texts[entry.purpose_file] if entry.purpose_file else entry.purpose
