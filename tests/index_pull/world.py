"""A producer that answers GetUpdates, and one who fetches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from index.world import SOURCE, IndexWorld
from lxml import etree
from server.calling import Reply, send

from producer.app import App, assembled
from producer.soap.client import envelope
from producer.soap.codec import as_ts, read, schema_errors
from producer.soap.contracts import GET_UPDATES
from producer.soap.handlers import handlers
from producer.soap.index_messages import EngagementType, GetUpdates, GetUpdatesResponse
from producer.store import tables as t

MOST_PAGES = 200
BOOKINGS = "riv:crm:scheduling"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class PullWorld(IndexWorld):
    """The same region, with a second door."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.open = self.door(index_pull=True, source_system=SOURCE)

    def door(self, **settings: Any) -> App:
        config = replace(self.config, **settings)
        return assembled(config, handlers(self.database, config), self.database, now=lambda: self.now)

    def lines_since(self, made: datetime) -> list[Any]:
        outbox = t.index_outbox
        with self.database.reading() as timetable:
            return list(timetable.connection.execute(outbox.select().where(outbox.c.made_at >= made)))

    def ask(self, message: GetUpdates, address: str = SOURCE, app: App | None = None, **headers: str) -> Reply:
        return send(app or self.open, "POST", GET_UPDATES.path, envelope(message, address, None), **headers)

    def fetch(self, since: datetime, after: str | None = None, domain: str = BOOKINGS) -> "Page":
        question = GetUpdates(serviceDomain=domain, timeStamp=as_ts(since), registeredResidentLastFetched=after)
        return page(self.ask(question))

    def fetch_all(self, since: datetime) -> list["Page"]:
        """As one who fetches does: until an answer is complete."""
        pages = [self.fetch(since)]
        while not pages[-1].is_complete:
            assert len(pages) < MOST_PAGES
            pages.append(self.fetch(since, list(pages[-1].posts)[-1]))
        return pages


@dataclass(frozen=True)
class Page:
    is_complete: bool
    posts: Mapping[str, tuple[EngagementType, ...]]

    def ids(self, resident: str) -> list[str]:
        return [post.businessObjectInstanceIdentifier for post in self.posts[resident]]


def page(reply: Reply) -> Page:
    """An answer that follows the schema, and names nobody twice."""
    (element,) = etree.fromstring(reply.body).find(f"{{{SOAP}}}Body")
    assert schema_errors(GET_UPDATES, element) is None
    answer = read(GetUpdatesResponse, element).message
    found = {each.registeredResidentIdentification: each.engagement for each in answer.registeredResidentEngagement}
    assert len(found) == len(answer.registeredResidentEngagement)
    return Page(answer.responseIsComplete, found)
