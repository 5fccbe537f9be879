"""What the access log says was done, in words."""

from producer.domain.staff import Sentence
from producer.store.access_log import Access
from producer.web.staff.words import say

_WORDS = {
    "booking_shown": Sentence("Såg en bokning"),
    "bookings_listed": Sentence("Såg bokningar i en lista"),
    "bookings_sought": Sentence("Sökte bokningar för en patient"),
    "booking_made": Sentence("Bokade en tid"),
    "booking_moved": Sentence("Bokade om"),
    "booking_cancelled": Sentence("Avbokade"),
    "booking_withdrawn": Sentence("Tog tillbaka en tid eller en kallelse"),
    "booking_identified": Sentence("Bytte reservnummer mot personnummer"),
    "booking_exported": Sentence("Hämtade bokningar i en fil"),
    "booking_imported": Sentence("Läste in en bokning från en fil"),
    "follow_up_listed": Sentence("Såg uppföljningen"),
    "patient_shown": Sentence("Såg allt om en patient"),
    "patient_exported": Sentence("Hämtade allt om en patient i en fil"),
    "patient_erased": Sentence("Raderade en patients uppgifter"),
    "log_extracted": Sentence("Hämtade ett utdrag ur åtkomstloggen"),
    "log_searched": Sentence("Sökte i åtkomstloggen"),
    "invitation_shown": Sentence("Såg en kallelse"),
    "invitation_planned": Sentence("Förberedde en kallelse"),
    "invitation_sent": Sentence("Skickade en kallelse"),
    "invitation_withdrawn": Sentence("Tog tillbaka en kallelse"),
    "listed_shown": Sentence("Såg vilka som är listade"),
    "listed_added": Sentence("Listade en patient"),
    "listed_removed": Sentence("Tog bort en listning"),
    "barred_shown": Sentence("Såg vilka som är spärrade"),
    "barred_added": Sentence("Spärrade en patient"),
    "barred_removed": Sentence("Tog bort en spärr"),
    "unit_exported": Sentence("Hämtade enheten i en fil"),
}


def what_was_done(action: str) -> str:
    """An act that has no words here is told by its own name."""
    known = _WORDS.get(action)
    return action.replace("_", " ") if known is None else say(known)


def told_access(access: Access) -> str:
    """What was done, or tried."""
    done = what_was_done(access.action)
    return say(Sentence("%(done)s (nekades)", {"done": done})) if access.refused else done
