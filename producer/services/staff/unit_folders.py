"""A whole unit as a packed seed folder, out by its editors and in as a new unit by an administrator."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from producer.domain.staff import Fault, Invalid, Sentence
from producer.services.staff.accesses import note_read
from producer.services.staff.admission import Visit, administering, changing
from producer.store.changes import add_change
from producer.store.engine import Database
from producer.store.seeding import BadSeed, SeedReport
from producer.store.seeding.faults import Fault as FolderFault
from producer.store.seeding.faults import Findings
from producer.store.seeding.folder import SeedFolder
from producer.store.seeding.run import add_folder, ids_in_use, sound_folder
from producer.store.seeding.unit_folder import patients_of, unit_folder
from producer.store.timetable import Timetable

LARGEST_FILE: Final = 5 * 1024 * 1024
_LARGEST_UNPACKED: Final = 50 * 1024 * 1024
_MOST_FILES: Final = 500
_ALWAYS: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file, so that the same unit is the same file to the byte."""
_UNUSABLE_NAME: Final = Sentence("Zip-filen har en fil med ett namn som inte går att använda.")


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderPlan:
    """What would come of a folder: units by name and HSA-id and how much of each thing, or what is wrong with it."""

    units: tuple[tuple[str, str], ...] = ()
    report: SeedReport | None = None
    faults: tuple[FolderFault, ...] = ()
    sentence: Sentence | None = None


class _Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


def packed_unit(database: Database, visit: Visit, unit_hsa_id: str) -> bytes:
    """The unit with its patients, whose data is read by that."""
    with changing(database, visit, unit_hsa_id) as (timetable, unit):
        files = unit_folder(timetable, unit)
        note_read(timetable, visit, unit, "unit_exported", patients_of(timetable, unit))
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as packed:
        for path, text in sorted(files.items()):
            packed.writestr(ZipInfo(path, _ALWAYS), text, ZIP_DEFLATED)
    return content.getvalue()


def preview_folder(database: Database, visit: Visit, content: bytes) -> FolderPlan:
    """It is loaded and undone; raises Invalid when it is no packed folder."""
    return _loaded(database, visit, content, is_trial=True)


def take_in_folder(database: Database, visit: Visit, content: bytes) -> FolderPlan:
    """All of it or, when there are faults, nothing; the sentence says that it is done."""
    return _loaded(database, visit, content, is_trial=False)


def _loaded(database: Database, visit: Visit, content: bytes, *, is_trial: bool) -> FolderPlan:
    findings, plan = Findings(), FolderPlan()
    try:
        with administering(database, visit) as timetable, _unpacked(content) as folder:
            told = sound_folder(folder, findings)
            _must_be_new(timetable, told)
            report = add_folder(timetable, told, visit.now.date(), findings)
            units = tuple((unit.unit.name, unit.unit.hsa_id) for unit in told.units)
            plan = FolderPlan(units=units, report=report, sentence=_sentence(units))
            if plan.sentence is not None:
                add_change(timetable, visit.staff, plan.sentence, unit_id=None, now=visit.now)
            _undo_if(is_trial)
    except _Undone:
        return FolderPlan(units=plan.units, report=plan.report)
    except BadSeed as refused:
        return FolderPlan(faults=refused.faults)
    return plan


def _undo_if(is_trial: bool) -> None:
    if is_trial:
        raise _Undone


def _sentence(units: tuple[tuple[str, str], ...]) -> Sentence:
    names = ", ".join(name for name, _ in units)
    return Sentence("Inläst som ny enhet: %(names)s.", {"names": names})


def _must_be_new(timetable: Timetable, told: SeedFolder) -> None:
    """A unit that is there has a life of its own, into which no folder is mixed."""
    known = [unit.unit.hsa_id for unit in told.units if timetable.unit(unit.key) is not None]
    faults = [Fault("file", Sentence("Enheten %(hsa_id)s finns redan.", {"hsa_id": hsa_id})) for hsa_id in known]
    taken = ids_in_use(timetable)
    ids = [public_id for public_id in _ids_named(told) if public_id in taken]
    if ids and not known:
        told_ids = ", ".join(ids[:5])
        faults.append(Fault("file", Sentence("Andra bokningar har redan dessa id: %(ids)s.", {"ids": told_ids})))
    if faults:
        raise Invalid(*faults)


def _ids_named(told: SeedFolder) -> Iterator[str]:
    yield from (entry.id for entry in told.bookings)
    yield from (entry.id for entry in told.invitations)


@contextmanager
def _unpacked(content: bytes) -> Iterator[Path]:
    """The folder in a place of its own, which is gone when the block ends."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for path, text in _files_in(content):
            _put(root.joinpath(*path.parts), text)
        yield root


def _put(target: Path, text: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
    except OSError as error:  # a name too long, or a file where another has a folder
        raise _invalid(_UNUSABLE_NAME) from error


def _files_in(content: bytes) -> list[tuple[PurePosixPath, bytes]]:
    if len(content) > LARGEST_FILE:
        raise _invalid(Sentence("Filen är för stor. Högst 5 MB."))
    try:
        with ZipFile(BytesIO(content)) as packed:
            listed = [info for info in packed.infolist() if not info.is_dir()]
            _demand_modest(listed)
            return _without_their_folder([(_path(info), packed.read(info)) for info in listed])
    except Invalid:
        raise
    except Exception as error:  # a damaged file fails in more ways than zipfile names
        raise _invalid(Sentence("Filen är ingen zip-fil som går att läsa.")) from error


def _demand_modest(listed: Sequence[ZipInfo]) -> None:
    if len(listed) > _MOST_FILES or sum(info.file_size for info in listed) > _LARGEST_UNPACKED:
        raise _invalid(Sentence("Filen är för stor när den packas upp."))


def _path(info: ZipInfo) -> PurePosixPath:
    """Nothing that leads out of the folder, and no more of it than a seed folder has."""
    path = PurePosixPath(info.filename)
    is_plain = all(
        part not in ("..", "") and part.isprintable() and not set(part) & set(':\\*?"<>|') for part in path.parts
    )
    if path.is_absolute() or not is_plain or not 1 <= len(path.parts) <= 4 or len(info.filename) > 200:
        raise _invalid(_UNUSABLE_NAME)
    return path


def _without_their_folder(files: list[tuple[PurePosixPath, bytes]]) -> list[tuple[PurePosixPath, bytes]]:
    """Who packs a folder often gets the folder itself in the file."""
    tops = {path.parts[0] for path, _ in files}
    is_in_one = len(tops) == 1 and all(len(path.parts) > 1 for path, _ in files) and not tops & {"units", "texts"}
    return [(PurePosixPath(*path.parts[1:]), text) for path, text in files] if is_in_one else files


def _invalid(sentence: Sentence) -> Invalid:
    return Invalid(Fault("file", sentence))
