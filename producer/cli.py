"""The commands of `tidbok`."""

from collections.abc import Callable, Iterable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Final

import click

from producer.clock import swedish_time
from producer.config import ENVIRONMENT_PREFIX, Config

Command = Callable[..., Any]
_METAVARS: Final = {"trusted_proxies": "ADDRESS", "consumers": "HSAID[=CONTRACT,...]"}
_RANGES: Final = {
    "port": click.IntRange(0, 65_535),
    "workers": click.IntRange(min=1),
    "index_batch": click.IntRange(1, 1000),
    "keep_bookings_days": click.IntRange(0, 36_500),
}


def _option(name: str) -> Callable[[Command], Command]:
    """The option for a setting, which the environment can give too."""
    setting: Field[Any] = next(each for each in fields(Config) if each.name == name)
    flag = f"--{name.replace('_', '-')}"
    more: dict[str, Any] = {"show_default": setting.default != "", "default": setting.default}
    if isinstance(setting.default, frozenset):
        more = {"multiple": True, "metavar": _METAVARS.get(name, "HSAID")}
    elif isinstance(setting.default, bool):
        more["is_flag"] = True
    return click.option(
        flag,
        name,
        type=_RANGES.get(name),
        envvar=f"{ENVIRONMENT_PREFIX}{name.upper()}",
        show_envvar=True,
        help=setting.metadata["meaning"],
        **more,
    )


def _options_of(*settings: str) -> Callable[[Command], Command]:
    def with_options(command: Command) -> Command:
        for setting in reversed(settings):
            command = _option(setting)(command)
        return command

    return with_options


def _options(command: Command) -> Command:
    return _options_of(*(each.name for each in fields(Config) if each.metadata))(command)


class _InSentences(click.Group):
    """Commands whose failures are told in sentences: no traceback reaches the person who typed."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as reason:  # noqa: BLE001 - whatever it is, it is told
            for sentence in _sentences(reason):
                click.echo(sentence, err=True)
            ctx.exit(1)


def _sentences(reason: Exception) -> Iterable[str]:
    from producer.domain.staff import Invalid
    from producer.serving.background import Busy
    from producer.serving.process import CannotServe
    from producer.serving.readiness import NotReady
    from producer.serving.traces import told
    from producer.store.errors import StoreError
    from producer.store.seeding import BadSeed

    if isinstance(reason, BadSeed):
        return map(str, reason.faults)
    if isinstance(reason, Invalid):
        return [fault.sentence.text % fault.sentence.values for fault in reason.faults]
    if isinstance(reason, Busy | CannotServe | NotReady | StoreError):
        return [str(reason)]
    if isinstance(reason, OSError) and reason.filename:
        return [f"{reason.filename}: {reason.strerror}"]
    return [f"Tidbok failed: {told(reason).splitlines()[-1]}"]


@click.group(cls=_InSentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tidbok", prog_name="tidbok")
def main() -> None:
    """Tidbokning: every contract of crm:scheduling 1.1, answered from a SQL timetable."""


@main.command()
@click.option(
    "--demo",
    is_flag=True,
    envvar="TIDBOK_DEMO",
    show_envvar=True,
    help="Load the demo region if the database is empty, and lay its times out from today if it is there.",
)
@_options
def serve(demo: bool, **settings: Any) -> None:
    """Answers SOAP calls and shows the pages until it is stopped."""
    from producer.serving.signals import leaving_at_once

    with leaving_at_once():
        _serve(Config(**settings), demo=demo)


def _serve(config: Config, *, demo: bool) -> None:
    from producer.serving import certificates, trust
    from producer.serving.indexing import check_address, keep_index_true
    from producer.serving.process import run
    from producer.serving.readiness import keep_demo, make_ready, open_for_staff

    certificates.check(config)
    trust.check(config)
    check_address(config)
    make_ready(config.database)
    if demo and (told := keep_demo(config.database, _packaged("seed_data"), swedish_time())):
        click.echo(told, err=True)

    keep_index_true(config, swedish_time())

    def announce(address: str) -> None:
        click.echo(f"Serving Tidbokning at {address} (stop it with Ctrl-C)")
        if told := open_for_staff(config.database, swedish_time()):
            click.echo(told, err=True)

    run(config, announce)


@main.command(short_help="Loads a seed folder.")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_option("database")
def seed(path: Path, database: str) -> None:
    """Loads the seed folder at PATH; a folder with a fault in it changes nothing."""
    from producer.serving.readiness import make_ready
    from producer.store.engine import open_database
    from producer.store.seeding import seed as load

    make_ready(database)
    opened = open_database(database)
    try:
        click.echo(f"Added {load(opened, path, swedish_time().date())}")
    finally:
        opened.close()


@main.group()
def db() -> None:
    """Takes care of the database."""


@db.command("upgrade")
@_option("database")
def upgrade_database(database: str) -> None:
    """Brings the database to this version and loses nothing."""
    from producer.serving.readiness import bring_up_to_date

    click.echo(f"The database is of version {bring_up_to_date(database)}")


@db.command("check", short_help="Tells what is not as it must be.")
@_option("database")
def check_database(database: str) -> None:
    """Walks through the whole database, changes nothing, and tells what is not as it must be."""
    from producer.serving.soundness import look_through

    sound = look_through(database, swedish_time(), tell=click.echo)
    if sound is None:
        raise click.exceptions.Exit(1)
    click.echo(f"Nothing is wrong: {sound.slots} slots, {sound.bookings} bookings")


@db.command("backup", short_help="Copies a SQLite database while it is served.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_option("database")
def back_up_database(file: Path, database: str) -> None:
    """Writes a copy of a SQLite database to FILE, while calls are answered from it, and looks it through."""
    from producer.store.backup import back_up

    made = back_up(database, file)
    click.echo(f"Wrote {file}: version {made.version}, {made.bookings} bookings, {made.slots} times; nothing is wrong")


@main.group("index", short_help="What Engagemangsindex is told, and a small one to try with.")
def engagement_index() -> None:
    """What Engagemangsindex is told, and a small one to try with."""


@engagement_index.command("deliver", short_help="Sends what waits, in one pass.")
@_option("database")
@_options_of("index_url", "index_address", "index_batch", "index_ca", "tls_cert", "tls_key")
def deliver_posts(**settings: Any) -> None:
    """Sends what waits for Engagemangsindex, in one pass; `tidbok serve` does so by itself."""
    from producer.index.jobs import deliver_once
    from producer.serving import certificates
    from producer.serving.indexing import check_address
    from producer.serving.readiness import make_ready

    config = Config(**settings)
    if not config.index_url:
        raise click.UsageError("Name the index by --index-url or TIDBOK_INDEX_URL")
    check_address(config)
    certificates.check(config)
    make_ready(config.database)
    done = deliver_once(config, swedish_time)
    click.echo(f"Sent {done.sent}, refused {done.refused}, waiting {done.waiting}")
    if done.trouble is not None:
        raise click.ClickException(f"Engagemangsindex does not take posts now: {done.trouble}")


@engagement_index.command("expire", short_help="Takes out what the clock has passed.")
@_option("database")
def expire_posts(database: str) -> None:
    """Takes from Engagemangsindex what the clock has passed; `tidbok serve` does so by itself."""
    from producer.services.engagements import expire
    from producer.serving.readiness import make_ready
    from producer.store.engine import open_database

    make_ready(database)
    opened = open_database(database)
    try:
        click.echo(f"To be removed: {expire(opened, swedish_time())}")
    finally:
        opened.close()


@engagement_index.command("receive", short_help="Is a small index for tests and demos.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8081, show_default=True, help="0 takes a free one.")
@_options_of("host", "index_address", "tls_cert", "tls_key", "client_ca")
def receive_posts(**settings: Any) -> None:
    """Is a small Engagemangsindex for tests and demos: takes Update, shows its posts, forgets them when stopped."""
    from producer.index.receiver import create_receiver
    from producer.serving import certificates
    from producer.serving.process import run
    from producer.serving.signals import leaving_at_once

    def announce(address: str) -> None:
        click.echo(f"Receiving posts for Engagemangsindex at {address} (stop it with Ctrl-C)")

    config = Config(**settings)
    certificates.check(config)
    with leaving_at_once():
        run(config, announce, create_receiver)


@main.group()
def user() -> None:
    """Takes care of the staff's accounts."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(["administrator", "editor", "reader"]), required=True, help="What it may do.")
@click.option("--unit", "units", multiple=True, metavar="HSAID", help="A unit it is for; give it once for each.")
@click.password_option(help="Asked for when it is not given here.")
@_option("database")
def add_user(name: str, role: str, units: tuple[str, ...], password: str, database: str) -> None:
    """Adds an account for the staff pages."""
    from producer.domain.staff import Role
    from producer.services.staff.signing_in import add_account
    from producer.serving.readiness import make_ready
    from producer.store.engine import open_database

    make_ready(database)
    opened = open_database(database)
    try:
        with opened.writing() as timetable:
            made = add_account(timetable, name, password, Role(role), units, now=swedish_time())
    finally:
        opened.close()
    click.echo(f"Added {made.name}, {made.role}")


@main.command()
@click.argument("path", type=click.Path(file_okay=False, path_type=Path), default="schemas")
def schemas(path: Path) -> None:
    """Writes the XSD and WSDL files of every contract to PATH."""
    from producer.soap.schemas import write

    write(path)


def _packaged(folder: str) -> Path:
    """A folder that an installed package carries, and a clone has beside it."""
    here = Path(__file__).parent
    inside = here / f"_{folder}"
    return inside if inside.is_dir() else here.parent / folder
