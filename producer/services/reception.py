"""Every question is received the same way: which unit, may it be asked this, and in this manner?"""

from dataclasses import dataclass
from datetime import datetime

from producer.domain.booking_rules import BookingRules
from producer.domain.connection import Service, has_service, is_national
from producer.domain.model import Actor, ActorType, CareUnit, Origin
from producer.domain.refusals import Misaddressed, NotPermitted, NotSupported, Unmannerly
from producer.store.timetable import Timetable


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """What every request says besides its own question; `now` is Swedish wall time in whole seconds.

    `override` is the reason of staff to pass over what the unit's rules let residents do.
    """

    service: Service
    unit_hsa_id: str
    logical_address: str
    actor: Actor
    actor_is_missing: bool = False
    empty_elements: tuple[str, ...] = ()
    consumer: str | None = None
    correlation_id: str | None = None
    agents_may_see: bool = False
    override: str | None = None
    now: datetime

    @property
    def by_agent(self) -> bool:
        return self.actor.type is ActorType.AGENT

    @property
    def by_staff(self) -> bool:
        return self.actor.type is ActorType.STAFF

    @property
    def origin(self) -> Origin:
        return Origin(
            actor=self.actor, consumer=self.consumer, correlation_id=self.correlation_id, override=self.override
        )


def receive(timetable: Timetable, asking: Asking) -> CareUnit | None:
    """The unit asked, or None when it is unknown (rule 41); raises Unanswerable."""
    unit = timetable.unit(asking.unit_hsa_id)
    _manners_suffice(asking, unit.rules if unit else BookingRules())
    _agent_may_ask(asking)
    if unit is None:
        return None
    _address_leads_to(timetable, asking, unit)
    if not has_service(unit.rules, asking.service):
        raise NotSupported(f"{unit.hsa_id} does not have {asking.service}: its flow or lookup is off")
    return unit


def receive_nationally(asking: Asking) -> None:
    """A question to every unit at once: the manners of a unit with the usual rules (rule 24)."""
    _manners_suffice(asking, BookingRules())
    _agent_may_ask(asking)


def _manners_suffice(asking: Asking, rules: BookingRules) -> None:
    if asking.actor_is_missing and rules.actor_required:
        raise Unmannerly(
            "the header Actor is missing; it is mandatory in crm:scheduling 1.1"
            " (a message of version 1.0 is not compatible)"
        )
    if asking.empty_elements and not rules.empty_elements_accepted:
        raise Unmannerly(f"empty elements are not accepted here: {', '.join(asking.empty_elements)}")


def _agent_may_ask(asking: Asking) -> None:
    """Rule 21: what is booked is shown to an agent only for consumers cleared for it."""
    if asking.by_agent and asking.service in (Service.DETAILS, Service.SCHEDULE) and not asking.agents_may_see:
        raise NotPermitted(f"{asking.service} is not open to the actor type subject_of_care_agent for this consumer")


def _address_leads_to(timetable: Timetable, asking: Asking, unit: CareUnit) -> None:
    """Rule 23: the body decides; only an address that is an unrelated unit's own shows a message gone astray."""
    address = asking.logical_address
    if address.upper() == unit.hsa_id.upper() or is_national(address):
        return
    addressed = timetable.unit(address)
    if addressed is not None and (addressed.group is None or addressed.group != unit.group):
        raise Misaddressed(f"LogicalAddress is {addressed.hsa_id}, but healthcare_facility is {unit.hsa_id}")
