"""The commands of `tidbok`."""

import sys
from collections.abc import Callable
from dataclasses import Field, fields
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from producer.config import ENVIRONMENT_PREFIX, Config

Command = Callable[..., Any]


def _option(name: str) -> Callable[[Command], Command]:
    """The option for a setting, which the environment can give too."""
    setting: Field[Any] = next(each for each in fields(Config) if each.name == name)
    flag = f"--{name.replace('_', '-')}"
    more: dict[str, Any] = {"show_default": True, "default": setting.default}
    if isinstance(setting.default, frozenset):
        more = {"multiple": True, "metavar": "HSAID"}
    elif isinstance(setting.default, bool):
        more["is_flag"] = True
    return click.option(
        flag,
        name,
        envvar=f"{ENVIRONMENT_PREFIX}{name.upper()}",
        show_envvar=True,
        help=setting.metadata["meaning"],
        **more,
    )


def _options(command: Command) -> Command:
    for setting in reversed([each.name for each in fields(Config) if each.metadata]):
        command = _option(setting)(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tidbok", prog_name="tidbok")
def main() -> None:
    """Tidbokning: every contract of crm:scheduling 1.1, answered from a SQL timetable."""


@main.command()
@_options
@click.option(
    "--demo",
    is_flag=True,
    envvar="TIDBOK_DEMO",
    show_envvar=True,
    help="Load the demo region if the database is empty.",
)
def serve(demo: bool, **settings: Any) -> None:
    """Answers SOAP calls and shows the pages until it is stopped."""
    from producer.serving.process import CannotListen, run
    from producer.serving.readiness import NotReady, StoreError, make_ready, seed_if_empty

    config = Config(**settings)
    try:
        make_ready(config.database)
        if demo:
            seed_if_empty(config.database, _packaged("seed_data"), date.today())
        run(config, lambda address: click.echo(f"Serving Tidbokning at {address} (stop it with Ctrl-C)"))
    except (CannotListen, NotReady, StoreError) as reason:
        _refuse(reason)


@main.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_option("database")
def seed(path: Path, database: str) -> None:
    """Loads the seed folder at PATH; a folder with a fault in it changes nothing."""
    from producer.serving.readiness import NotReady, StoreError, make_ready
    from producer.store.engine import open_database
    from producer.store.seeding import BadSeed
    from producer.store.seeding import seed as load

    try:
        make_ready(database)
        opened = open_database(database)
        try:
            click.echo(f"Added {load(opened, path, date.today())}")
        finally:
            opened.close()
    except BadSeed as bad:
        _refuse(*bad.faults)
    except (NotReady, StoreError) as reason:
        _refuse(reason)


@main.group()
def db() -> None:
    """Takes care of the database."""


@db.command("upgrade")
@_option("database")
def upgrade_database(database: str) -> None:
    """Brings the database to this version and loses nothing."""
    from producer.store.errors import StoreError
    from producer.store.schema import expected_version, upgrade

    try:
        upgrade(database)
    except StoreError as reason:
        _refuse(reason)
    click.echo(f"The database is of version {expected_version()}")


@main.command()
@click.argument("path", type=click.Path(file_okay=False, path_type=Path), default="schemas")
def schemas(path: Path) -> None:
    """Writes the XSD and WSDL files of every contract to PATH."""
    from producer.soap.schemas import write

    try:
        write(path)
    except OSError as reason:
        _refuse(f"Cannot write to {path}: {reason.strerror}")


def _packaged(folder: str) -> Path:
    """A folder that an installed package carries, and a clone has beside it."""
    here = Path(__file__).parent
    inside = here / f"_{folder}"
    return inside if inside.is_dir() else here.parent / folder


def _refuse(*reasons: object) -> NoReturn:
    for reason in reasons:
        click.echo(str(reason), err=True)
    sys.exit(1)
