"""What staff fill in when they act for a patient, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from producer.domain.model import Contact
from producer.domain.staff import Fault, Invalid, Sentence
from producer.domain.written_identities import Doubt, any_identity_in, identity_in

LONGEST_LINE, LONGEST_TEXT = 200, 2000
_LINES = ("first_name", "last_name", "phone", "email")
_TEXTS = ("reason", "message", "override")


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """As it was typed; what an act does not ask for is empty."""

    patient: str = ""
    is_reserve_id: bool = False
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    email: str = ""
    reason: str = ""
    message: str = ""
    override: str = ""

    @property
    def contact(self) -> Contact:
        return Contact(
            first_name=self.first_name,
            last_name=self.last_name,
            phone=self.phone or None,
            email=self.email or None,
        )


def patient_and_texts(typed: Typed, today: date) -> str:
    """The patient's identity, when that and all else is as it should be; raises Invalid."""
    patient = _patient_in(typed, today)
    doubts = _DOUBTS[patient] if isinstance(patient, Doubt) else ()
    _refuse(*doubts, *_faults_of_contact(typed), *_faults_of_texts(typed))
    return str(patient)


def _patient_in(typed: Typed, today: date) -> str | Doubt:
    """Staff know better what is a reserve id, if it could be one (rule 37)."""
    patient = identity_in(typed.patient, today)
    if isinstance(patient, Doubt) and typed.is_reserve_id:
        return any_identity_in(typed.patient, today) or patient
    return patient


def check_contact(typed: Typed) -> None:
    _refuse(*_faults_of_contact(typed), *_faults_of_texts(typed))


def check_texts(typed: Typed) -> None:
    _refuse(*_faults_of_texts(typed))


def _refuse(*faults: Fault) -> None:
    if faults:
        raise Invalid(*faults)


def _faults_of_contact(typed: Typed) -> Iterator[Fault]:
    if not typed.first_name:
        yield Fault("first_name", Sentence("Skriv patientens förnamn."))
    if not typed.last_name:
        yield Fault("last_name", Sentence("Skriv patientens efternamn."))
    for name in _LINES:
        yield from _faults_of_text(typed, name, LONGEST_LINE)


def _faults_of_texts(typed: Typed) -> Iterator[Fault]:
    for name in _TEXTS:
        yield from _faults_of_text(typed, name, LONGEST_TEXT)


def _faults_of_text(typed: Typed, name: str, most: int) -> Iterator[Fault]:
    text = getattr(typed, name)
    if len(text) > most:
        yield Fault(name, Sentence("Skriv högst %(most)s tecken.", {"most": most}))
    if not _is_writable(text):
        yield Fault(name, Sentence("Texten har tecken som inte går att spara."))


def _is_writable(text: str) -> bool:
    """Without signs that XML cannot carry, for what is kept is told to consumers."""
    return all(sign >= " " or sign in "\t\n\r" for sign in text) and not any(
        "\ud800" <= sign <= "\udfff" or sign in "\ufffe\uffff" for sign in text
    )


_DOUBTS = {
    Doubt.NOT_AN_IDENTITY: (
        Fault("patient", Sentence("Skriv personnumret med tio eller tolv siffror, som 19700123-9297.")),
    ),
    Doubt.WRONG_CHECK_DIGIT: (
        Fault(
            "patient",
            Sentence("Personnumret stämmer inte. Kontrollera siffrorna, eller kryssa i att det är ett reservnummer."),
        ),
    ),
}
