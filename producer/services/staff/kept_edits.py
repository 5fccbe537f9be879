"""What was done to slots, as JSON that lies beside the sentence and back, so that it can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from producer.store.slot_rows import SlotFace


class KeptSlot(NamedTuple):
    """By its public id, for the key of a row that was removed may be given to another."""

    public_id: str
    face: SlotFace


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptEdit:
    """The slots before the change, and of the altered ones the face after it too."""

    added: tuple[KeptSlot, ...] = ()
    removed: tuple[KeptSlot, ...] = ()
    altered: tuple[tuple[KeptSlot, SlotFace], ...] = ()


KIND: Final = "slots"


def kept_from(edit: KeptEdit) -> dict[str, Any]:
    """Short, for a change may be of thousands."""
    return {
        "kind": KIND,
        "added": [[slot.public_id, *_kept(slot.face)] for slot in edit.added],
        "removed": [[slot.public_id, *_kept(slot.face)] for slot in edit.removed],
        "altered": [[slot.public_id, *_kept(slot.face), *_kept(face)] for slot, face in edit.altered],
    }


def kept_in(undo: Mapping[str, Any] | None) -> KeptEdit | None:
    """None if there is nothing to undo, or something else than slots."""
    if undo is None or undo.get("kind") != KIND:
        return None
    return KeptEdit(
        added=tuple(KeptSlot(public_id, _face(face)) for public_id, *face in undo["added"]),
        removed=tuple(KeptSlot(public_id, _face(face)) for public_id, *face in undo["removed"]),
        altered=tuple(
            (KeptSlot(public_id, _face(faces[:_FACE])), _face(faces[_FACE:])) for public_id, *faces in undo["altered"]
        ),
    )


_FACE: Final = 6
"""So many values are a face."""


def _kept(face: SlotFace) -> list[object]:
    return [face.starts.isoformat(), face.ends.isoformat(), *face.place[2:], int(face.blocked)]


def _face(kept: list[Any]) -> SlotFace:
    starts, ends, time_type_id, performer_id, resource_id, blocked = kept
    return SlotFace(
        starts=datetime.fromisoformat(starts),
        ends=datetime.fromisoformat(ends),
        time_type_id=time_type_id,
        performer_id=performer_id,
        resource_id=resource_id,
        blocked=bool(blocked),
    )
