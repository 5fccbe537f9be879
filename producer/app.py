"""Where the parts meet: the WSGI application of one producer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from producer.clock import swedish_time
from producer.config import Config
from producer.index import numbers as index_numbers
from producer.index.jobs import jobs as index_jobs
from producer.services.retention import tidy
from producer.serving.background import LEASE_SECONDS, Background, Hold, Job
from producer.serving.certificates import outgoing
from producer.serving.health import Health
from producer.serving.kinds import Kind, kind_of
from producer.serving.log import log_call
from producer.serving.metrics import CONTENT_TYPE, Metrics
from producer.serving.trust import Trust
from producer.soap.calls import Handler
from producer.soap.consumers import Consumers
from producer.soap.contracts import answered_with
from producer.soap.endpoint import Endpoint
from producer.soap.handlers import handlers
from producer.soap.server import Outcome, SoapServer
from producer.store.engine import Database, open_database
from producer.web.site import Operation, create_site
from producer.web.staff.office import Office

_A_DAY: Final = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """SOAP, the staff pages and the other web pages behind one WSGI callable."""

    soap: WSGIApplication
    web: WSGIApplication
    staff: WSGIApplication
    trust: Trust
    count_shed: Callable[[str], None]
    count_delivery: Callable[[str, int], None]
    close: Callable[[], None]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ = self.trust.believed(environ)
        kind = kind_of(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        place = {Kind.CALL: self.soap, Kind.STAFF: self.staff}.get(kind, self.web)
        return place(environ, start_response)


class LateStaffPages:
    """The staff pages, put together when the first is asked for: a producer of calls only starts without them."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = Lock()
        self._pages: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.pages(environ, start_response)

    @property
    def pages(self) -> WSGIApplication:
        with self._lock:
            if self._pages is None:
                from producer.web.staff.pages import create_staff_pages

                self._pages = create_staff_pages(self._office)
            return self._pages


def create_app(config: Config) -> App:
    """The application on the database of the settings, which must have this version's tables, and its background."""
    database = open_database(config.database, for_calls=True)
    app = assembled(config, handlers(database, config), database)
    background = Background(database, _jobs(config, database, swedish_time, app))

    def close() -> None:
        background.stop()
        app.close()

    background.start()
    return replace(app, close=close)


def _jobs(config: Config, database: Database, now: Callable[[], datetime], app: App) -> Iterable[Job]:
    """What is done beside the calls, once for all processes."""
    return (*index_jobs(config, database, now, app.count_delivery), _retention(config, database, now))


def _retention(config: Config, database: Database, now: Callable[[], datetime]) -> Job:
    """Once a day what has been kept long enough goes."""

    def run(hold: Hold) -> None:
        days = config.keep_bookings_days
        tidy(database, now(), keep_bookings_days=days, goes_on=lambda: not hold.is_over() and hold.renew(LEASE_SECONDS))

    return Job(name="retention", every_seconds=_A_DAY, run=run)


def assembled(
    config: Config, answering: Mapping[str, Handler], database: Database, now: Callable[[], datetime] | None = None
) -> App:
    """The parts put together; without a clock of its own the application goes by Swedish time."""
    metrics = Metrics(config.metrics_folder)
    health = Health(database)
    database.when_retried = metrics.count_retry

    def record(outcome: Outcome) -> None:
        log_call(outcome)
        metrics.count(outcome)

    contracts = answered_with(answering)
    operation = Operation(
        contracts=contracts,
        trouble=health.trouble,
        numbers=lambda: metrics.exposition() + index_numbers.exposition(database, (now or swedish_time)()),
        numbers_type=CONTENT_TYPE,
        behind_proxy=config.behind_proxy,
    )
    office = Office(
        database=database,
        now=now or swedish_time,
        behind_proxy=config.behind_proxy,
        index_url=config.index_url,
        outgoing=partial(outgoing, config),
    )
    server = SoapServer(answering, now or swedish_time, Consumers.of(config.consumers))
    return App(
        soap=Endpoint(server, record, behind_proxy=config.behind_proxy, contracts=contracts),
        web=create_site(operation),
        staff=LateStaffPages(office),
        trust=Trust(config.trusted_proxies),
        count_shed=metrics.count_shed,
        count_delivery=metrics.count_delivery,
        close=database.close,
    )
