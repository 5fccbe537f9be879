"""What the rules of who may book mean, and of what is shown and how calls are read."""

from typing import Final

from producer.domain.refusals import Refusal
from producer.domain.staff import Sentence
from producer.web.staff.rule_meanings import Group, Meaning, answer, switch

WHO: Final = Group(
    title=Sentence("Vem som kan boka"),
    meanings=(
        switch(
            "listed_patients_only",
            Sentence("Bara listade patienter"),
            Sentence("Bara den som är listad hos er kan boka. För andra är det som om det inte fanns några tider."),
            answer(
                "listed_patients_only = true",
                "För den som inte är listad är frågorna om lediga tider tomma, och MakeBooking och UpdateBooking "
                "svarar ERROR: ”%(refusal)s”",
                when=True,
                refusal=Refusal.PATIENT_IS_NOT_LISTED,
            ),
            answer("listed_patients_only = false", "Svaren är desamma för listade och olistade.", when=False),
        ),
        switch(
            "own_performer_only",
            Sentence("Bara den egna utföraren"),
            Sentence("Den listade ser och bokar bara tider hos den hon är listad med."),
            answer(
                "own_performer_only = true",
                "GetAllPerformers, GetAvailableDates och GetAvailableTimeslots ger bara den egna utföraren. "
                "MakeBooking och UpdateBooking hos en annan svarar ERROR: ”%(refusal)s”",
                when=True,
                refusal=Refusal.PERFORMER_IS_NOT_THE_PATIENTS_OWN,
            ),
            answer("own_performer_only = false", "Svaren har alla enhetens utförare.", when=False),
        ),
        Meaning(
            name="most_live_bookings",
            label=Sentence("Flest kommande bokningar"),
            resident=Sentence("Så många kommande bokningar får en invånare ha hos er samtidigt. Tomt: ingen gräns."),
            answers=(
                answer(
                    "most_live_bookings",
                    "MakeBooking utöver gränsen svarar ERROR: ”%(refusal)s”",
                    refusal=Refusal.TOO_MANY_APPOINTMENTS,
                ),
            ),
        ),
        switch(
            "simultaneous_bookings_allowed",
            Sentence("Tider som krockar är tillåtna"),
            Sentence("Invånaren kan ha två tider hos er som går in i varandra."),
            answer("simultaneous_bookings_allowed = true", "MakeBooking bokar även en tid som krockar.", when=True),
            answer(
                "simultaneous_bookings_allowed = false",
                "MakeBooking och UpdateBooking svarar ERROR: ”%(refusal)s”",
                when=False,
                refusal=Refusal.USER_IS_ALREADY_OCCUPIED,
            ),
        ),
        switch(
            "guardians_may_act",
            Sentence("Ombud får boka åt patienten"),
            Sentence("Någon annan, till exempel en förälder, kan se och ändra patientens bokningar."),
            answer("guardians_may_act = true", "Vem som anropar (Actor) behöver inte vara patienten.", when=True),
            answer(
                "guardians_may_act = false",
                "MakeBooking, UpdateBooking och CancelBooking svarar ERROR: ”%(refusal)s” GetBookingDetails och "
                "GetSubjectOfCareSchedule svarar med ett SOAP-fel.",
                when=False,
                refusal=Refusal.ACTOR_IS_NOT_THE_PATIENT,
            ),
        ),
        switch(
            "reserve_ids_accepted",
            Sentence("Reservnummer tas emot"),
            Sentence("Den som har ett reservnummer i stället för personnummer kan boka."),
            answer("reserve_ids_accepted = true", "Reservnummer besvaras som personnummer.", when=True),
            answer(
                "reserve_ids_accepted = false",
                "För reservnummer är frågorna om lediga tider tomma, och MakeBooking svarar ERROR: ”%(refusal)s”",
                when=False,
                refusal=Refusal.IDENTITY_IS_NOT_ACCEPTED,
            ),
        ),
        switch(
            "test_identities_only",
            Sentence("Bara testpersoner"),
            Sentence("Bara Skatteverkets testpersoner kan boka. För en enhet som provas innan den öppnar."),
            answer(
                "test_identities_only = true",
                "För andra är frågorna om lediga tider tomma, och MakeBooking svarar ERROR: ”%(refusal)s”",
                when=True,
                refusal=Refusal.IDENTITY_IS_NOT_ACCEPTED,
            ),
            answer("test_identities_only = false", "Alla patienter besvaras lika.", when=False),
        ),
    ),
)
SHOWN: Final = Group(
    title=Sentence("Kallelser och det som visas"),
    meanings=(
        Meaning(
            name="cancelled_invitation_becomes",
            label=Sentence("En kallelse med tid som avbokas blir"),
            resident=Sentence("Den kallade kan få en ny öppen kallelse i stället, och då själv välja en tid."),
            answers=(
                answer(
                    "cancelled_invitation_becomes",
                    "CancelBooking svarar OK. Den nya öppna kallelsen har ett eget bookingId i GetBookingDetails.",
                ),
            ),
        ),
        Meaning(
            name="text_to_read",
            label=Sentence("Text efter bokning"),
            resident=Sentence(
                "Visas för invånaren när hon har bokat eller bokat om, till exempel att komma i god tid."
            ),
            answers=(
                answer(
                    "text_to_read",
                    "Med en text svarar MakeBooking och UpdateBooking INFO med texten i resultText, annars OK.",
                ),
            ),
        ),
        switch(
            "past_bookings_shown",
            Sentence("Tider som har varit visas"),
            Sentence("Invånaren ser även sina tidigare tider. 1177 visar ändå bara kommande."),
            answer("past_bookings_shown = true", "GetSubjectOfCareSchedule ger även tider som har varit.", when=True),
            answer("past_bookings_shown = false", "GetSubjectOfCareSchedule ger bara kommande tider.", when=False),
        ),
        Meaning(
            name="lookups",
            label=Sentence("Det invånaren kan välja bland"),
            resident=Sentence("Steg som invånaren får på vägen till en tid. De som är av hoppas över."),
            answers=(
                answer(
                    "lookups",
                    "GetAllCareTypes, GetAllPerformers och GetAllHealthcareFacilities besvaras när de är på, "
                    "annars med ett SOAP-fel.",
                ),
            ),
        ),
    ),
)
STRICTNESS: Final = Group(
    title=Sentence("Hur strängt anrop läses"),
    meanings=(
        switch(
            "actor_required",
            Sentence("Uppgift om vem som anropar krävs"),
            Sentence("Märks inte för invånaren: 1177 anger alltid vem det är."),
            answer("actor_required = true", "Ett anrop utan Actor får ett SOAP-fel.", when=True),
            answer("actor_required = false", "Ett anrop utan Actor räknas som patientens eget.", when=False),
        ),
        switch(
            "empty_elements_accepted",
            Sentence("Tomma fält i anrop tas emot"),
            Sentence("Märks inte för invånaren. Stäng av för att prova dem som anropar."),
            answer("empty_elements_accepted = true", "Ett tomt frivilligt fält räknas som utelämnat.", when=True),
            answer("empty_elements_accepted = false", "Ett tomt frivilligt fält ger ett SOAP-fel.", when=False),
        ),
    ),
)
