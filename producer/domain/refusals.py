"""Why a patient's act is refused: one closed list, and the exceptions of the domain.

TidbokError
├── Refused            a rule said no: resultCode ERROR with the refusal's sentence
└── Unanswerable       the question cannot be answered: a SOAP fault that says why to system managers
    ├── NotSupported   the unit does not have this contract (rule 100)
    ├── NotFound       nothing to answer with, where the answer cannot be empty (rule 75)
    ├── Misaddressed   the logical address is another unit's (rule 23)
    ├── NotPermitted   the actor may not ask this (rules 21 and 22)
    └── Unmannerly     the unit reads strictly, and the message is not strict (rules 18 and 28)
"""

from enum import Enum


class Refusal(Enum):
    """A refusal: its name is the stable code for logs and tests, its value what the resident reads.

    The names of the successor domain's catalogue (domain.md 2.1) are kept where it has one.
    """

    REQUESTED_TIME_IS_ALREADY_RESERVED = "Tiden har just bokats av någon annan. Välj en annan tid."
    REQUESTED_TIME_HAS_ALREADY_PASSED = "Tiden har redan passerat. Välj en annan tid."
    REQUESTED_TIME_IS_NO_LONGER_AVAILABLE = "Tiden går inte längre att boka. Välj en annan tid."
    REQUESTED_TIME_IS_IMPOSSIBLE = "Datumet eller klockslaget finns inte. Välj en annan tid."
    TOO_LATE_TO_MAKE_APPOINTMENT = "Det är för sent att boka den här tiden på nätet. Välj en senare tid."
    TOO_EARLY_TO_MAKE_APPOINTMENT = "Den här tiden går inte att boka ännu. Välj en tidigare tid."
    USER_IS_ALREADY_OCCUPIED = "Du har redan en bokad tid som krockar med den här. Välj en annan tid."
    TOO_MANY_APPOINTMENTS = "Du har redan så många bokade tider som mottagningen tillåter."
    APPOINTMENT_IS_NOT_ALLOWED = "Mottagningen tar inte emot nya bokningar på nätet. Kontakta mottagningen."
    TIME_TYPE_IS_NOT_OPEN_TO_PATIENT = "Du kan inte boka den här typen av tid på nätet. Kontakta mottagningen."
    PATIENT_IS_NOT_LISTED = "Bara den som är listad på mottagningen kan boka tid på nätet."
    PERFORMER_IS_NOT_THE_PATIENTS_OWN = "Du kan bara boka tid hos den du brukar träffa på mottagningen."
    IDENTITY_IS_NOT_ACCEPTED = "Mottagningen kan inte ta emot bokningar för det här personnumret på nätet."
    ACTOR_IS_NOT_THE_PATIENT = "Du kan bara hantera dina egna bokningar."
    CARE_UNIT_IS_UNKNOWN = "Mottagningen finns inte i bokningssystemet."
    CARE_UNIT_IS_NOT_A_CHOICE = "Bokningen kan inte göras på den mottagningen. Välj en annan mottagning."
    INVITATION_IS_ALREADY_USED = "Kallelsen är redan använd. Du ser tiden bland dina bokade tider."
    INVITATION_IS_NO_LONGER_OPEN = "Kallelsen gäller inte längre. Kontakta mottagningen."
    INVITATION_HAS_NO_TIME = "Kallelsen har ännu ingen tid. Boka en tid i stället."
    APPOINTMENT_HAS_A_TIME = "Bokningen har redan en tid. Välj att boka om tiden i stället."
    APPOINTMENT_DOES_NOT_EXIST = "Bokningen finns inte på mottagningen."
    APPOINTMENT_IS_ALREADY_CANCELED = "Tiden är redan avbokad."
    APPOINTMENT_IS_ALREADY_UPDATED = "Bokningen har ändrats under tiden. Hämta den igen och försök på nytt."
    UPDATE_APPOINTMENT_IS_NOT_ALLOWED = "Tiden går inte att boka om på nätet. Kontakta mottagningen."
    TOO_LATE_TO_UPDATE_APPOINTMENT = "Det är för sent att boka om tiden på nätet. Kontakta mottagningen."
    REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE = "Det är för sent att boka om till den här tiden. Välj en senare tid."
    REQUESTED_TIME_IS_TOO_FAR_TO_UPDATE = "Det går inte att boka om till den här tiden ännu. Välj en tidigare tid."
    CANCEL_IS_NOT_ALLOWED = "Tiden går inte att avboka på nätet. Kontakta mottagningen."
    TOO_LATE_TO_CANCEL_APPOINTMENT = "Det är för sent att avboka tiden på nätet. Kontakta mottagningen."
    TOO_EARLY_TO_CANCEL_APPOINTMENT = "Det går inte att avboka tiden på nätet ännu. Kontakta mottagningen."


class TidbokError(Exception):
    """Every error that the domain itself raises."""


class Refused(TidbokError):
    """A rule said no; nothing was changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.name)
        self.refusal = refusal


class Unanswerable(TidbokError):
    """The text is for system managers and holds no patient data (rule 9)."""


class NotSupported(Unanswerable):
    pass


class NotFound(Unanswerable):
    pass


class Misaddressed(Unanswerable):
    pass


class NotPermitted(Unanswerable):
    pass


class Unmannerly(Unanswerable):
    pass
