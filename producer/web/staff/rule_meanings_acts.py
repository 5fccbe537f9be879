"""What the rules of booking, rebooking and cancelling mean, and of when they are possible."""

from typing import Final

from producer.domain.refusals import Refusal
from producer.domain.staff import Sentence
from producer.web.staff.rule_meanings import Group, Meaning, answer, switch

WHAT: Final = Group(
    title=Sentence("Vad invånaren kan göra"),
    meanings=(
        Meaning(
            name="flows",
            label=Sentence("Ärenden på 1177"),
            resident=Sentence(
                "De ärenden som är på kan visas på 1177. Ett ärende som är av kan ingen invånare använda alls."
            ),
            answers=(
                answer("flows", "De kontrakt som ärendena behöver besvaras. Alla andra svarar med ett SOAP-fel."),
            ),
        ),
        switch(
            "new_booking_allowed",
            Sentence("Ny bokning är tillåten"),
            Sentence(
                "Invånaren kan välja bland lediga tider och boka. Är det inte tillåtet kan bara den kallade boka."
            ),
            answer(
                "new_booking_allowed = true",
                "GetAvailableDates och GetAvailableTimeslots ger lediga tider, och MakeBooking bokar dem.",
                when=True,
            ),
            answer(
                "new_booking_allowed = false",
                "GetAllTimeTypes, GetAvailableDates och GetAvailableTimeslots är tomma utan kallelse, "
                "och MakeBooking svarar ERROR: ”%(refusal)s”",
                when=False,
                refusal=Refusal.APPOINTMENT_IS_NOT_ALLOWED,
            ),
        ),
        switch(
            "rebooking_allowed",
            Sentence("Ombokning är tillåten"),
            Sentence("Invånaren kan själv flytta sin bokning till en annan ledig tid."),
            answer(
                "rebooking_allowed = true",
                "UpdateBooking flyttar bokningen. GetBookingDetails och GetSubjectOfCareSchedule säger "
                "rebooking_allowed=true så länge tiden går att boka om.",
                when=True,
            ),
            answer(
                "rebooking_allowed = false",
                "UpdateBooking svarar ERROR: ”%(refusal)s” GetBookingDetails och GetSubjectOfCareSchedule säger "
                "rebooking_allowed=false.",
                when=False,
                refusal=Refusal.UPDATE_APPOINTMENT_IS_NOT_ALLOWED,
            ),
        ),
        switch(
            "cancelling_allowed",
            Sentence("Avbokning är tillåten"),
            Sentence("Invånaren kan själv avboka sin tid, som då blir ledig för andra."),
            answer(
                "cancelling_allowed = true",
                "CancelBooking avbokar. GetBookingDetails och GetSubjectOfCareSchedule säger "
                "cancel_booking_allowed=true så länge tiden går att avboka.",
                when=True,
            ),
            answer(
                "cancelling_allowed = false",
                "CancelBooking svarar ERROR: ”%(refusal)s” GetBookingDetails och GetSubjectOfCareSchedule säger "
                "cancel_booking_allowed=false.",
                when=False,
                refusal=Refusal.CANCEL_IS_NOT_ALLOWED,
            ),
        ),
        switch(
            "message_allowed",
            Sentence("Meddelande vid avbokning är tillåtet"),
            Sentence("Invånaren kan skriva några ord till mottagningen när hon avbokar."),
            answer(
                "message_allowed = true",
                "GetBookingDetails och GetSubjectOfCareSchedule säger message_allowed=true, "
                "och meddelandet i CancelBooking sparas.",
                when=True,
            ),
            answer(
                "message_allowed = false",
                "GetBookingDetails och GetSubjectOfCareSchedule säger message_allowed=false. "
                "CancelBooking avbokar ändå, men meddelandet sparas inte.",
                when=False,
            ),
        ),
    ),
)
WHEN: Final = Group(
    title=Sentence("När det går"),
    meanings=(
        Meaning(
            name="booking_window",
            label=Sentence("Boka"),
            resident=Sentence("Hur nära inpå och hur långt i förväg en tid kan bokas. Andra tider visas inte."),
            answers=(
                answer(
                    "booking_notice, booking_horizon",
                    "GetAvailableDates och GetAvailableTimeslots ger bara tider mellan gränserna. MakeBooking svarar "
                    "annars ERROR: ”%(late)s” eller ”%(early)s”",
                    late=Refusal.TOO_LATE_TO_MAKE_APPOINTMENT,
                    early=Refusal.TOO_EARLY_TO_MAKE_APPOINTMENT,
                ),
            ),
        ),
        Meaning(
            name="rebooking_window",
            label=Sentence("Boka om"),
            resident=Sentence(
                "Hur nära inpå en bokad tid kan lämnas för en annan, och hur nära och långt bort den nya får ligga."
            ),
            answers=(
                answer(
                    "rebooking_notice, rebooking_horizon",
                    "När det är för sent säger GetBookingDetails och GetSubjectOfCareSchedule rebooking_allowed=false, "
                    "och UpdateBooking svarar ERROR: ”%(late)s” För en ny tid utanför gränserna: ”%(soon)s” eller "
                    "”%(far)s”",
                    late=Refusal.TOO_LATE_TO_UPDATE_APPOINTMENT,
                    soon=Refusal.REQUESTED_TIME_IS_TOO_SOON_TO_UPDATE,
                    far=Refusal.REQUESTED_TIME_IS_TOO_FAR_TO_UPDATE,
                ),
            ),
        ),
        Meaning(
            name="cancelling_window",
            label=Sentence("Avboka"),
            resident=Sentence("Hur nära inpå och hur långt i förväg en bokad tid kan avbokas."),
            answers=(
                answer(
                    "cancelling_notice, cancelling_horizon",
                    "Utanför gränserna säger GetBookingDetails och GetSubjectOfCareSchedule "
                    "cancel_booking_allowed=false, och CancelBooking svarar ERROR: ”%(late)s” eller ”%(early)s”",
                    late=Refusal.TOO_LATE_TO_CANCEL_APPOINTMENT,
                    early=Refusal.TOO_EARLY_TO_CANCEL_APPOINTMENT,
                ),
            ),
        ),
    ),
)
MOVING: Final = Group(
    title=Sentence("Hur en bokning flyttas"),
    meanings=(
        switch(
            "other_unit_allowed",
            Sentence("Byta till en annan enhet i gruppen är tillåtet"),
            Sentence(
                "Invånaren kan välja en annan av gruppens enheter när hon bokar, bokar om eller svarar på en kallelse."
            ),
            answer("other_unit_allowed = true", "GetAllHealthcareFacilities ger gruppens enheter.", when=True),
            answer(
                "other_unit_allowed = false",
                "GetAllHealthcareFacilities ger bara den egna enheten. För en annan svarar MakeBooking med kallelse "
                "och UpdateBooking ERROR: ”%(refusal)s”",
                when=False,
                refusal=Refusal.CARE_UNIT_IS_NOT_A_CHOICE,
            ),
        ),
        switch(
            "rebooking_keeps_resource",
            Sentence("Samma resurs vid ombokning"),
            Sentence("En bokning av bara en resurs, som en maskin, kan flyttas till tider med samma resurs."),
            answer(
                "rebooking_keeps_resource = true",
                "GetAvailableTimeslots för bokningen ger bara resursens tider. För andra svarar UpdateBooking "
                "ERROR: ”%(refusal)s”",
                when=True,
                refusal=Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE,
            ),
            answer("rebooking_keeps_resource = false", "GetAvailableTimeslots ger alla resursers tider.", when=False),
        ),
        switch(
            "rebooking_keeps_performer",
            Sentence("Samma utförare vid ombokning"),
            Sentence("En bokning kan bara flyttas till tider hos samma utförare."),
            answer(
                "rebooking_keeps_performer = true",
                "GetAvailableTimeslots för bokningen ger bara utförarens tider. För andra svarar UpdateBooking "
                "ERROR: ”%(refusal)s”",
                when=True,
                refusal=Refusal.REQUESTED_TIME_IS_NO_LONGER_AVAILABLE,
            ),
            answer("rebooking_keeps_performer = false", "GetAvailableTimeslots ger alla utförares tider.", when=False),
        ),
        switch(
            "rebooking_changes_id",
            Sentence("Nytt id vid ombokning"),
            Sentence("Märks inte för invånaren. Finns för att prova dem som anropar."),
            answer(
                "rebooking_changes_id = true",
                "Efter UpdateBooking har bokningen ett nytt bookingId. Det gamla ger ERROR: ”%(refusal)s”",
                when=True,
                refusal=Refusal.APPOINTMENT_IS_ALREADY_UPDATED,
            ),
            answer("rebooking_changes_id = false", "Bokningen behåller sitt bookingId.", when=False),
        ),
    ),
)
