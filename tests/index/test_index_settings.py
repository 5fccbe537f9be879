"""What every post says alike: turned on, changed and kept, with every booking gone through (rules 83 and 85)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from rules.world import ANYBODY, EKEN, GUNILLA, LINDEN, World

from index import hands as do
from index.world import SETTINGS, SOURCE, IndexWorld, told_lines
from producer.config import Config
from producer.domain.engagements import IndexSettings, faults_in
from producer.services import engagements
from producer.serving.indexing import index_settings, keep_index_true
from producer.serving.readiness import NotReady
from producer.store import tables as t
from producer.store.engagements import AT_ONCE
from producer.store.index_settings import keep_index_settings

ALL = [
    "+ BOKAD-1 at EKEN 2026-11-30 09:00",
    "+ BOKAD-2 at 1hz5 2026-12-01 10:00",
    "+ BOKAD-3 at VAST 2026-12-02 08:20",
    "+ KALLAD-OPPEN-1 at KANSLI 2026-11-23 00:00",
    "+ KALLAD-OPPEN-2 at EKEN 2026-11-23 00:00",
    "+ KALLAD-OPPEN-3 at LUGNET 2026-11-23 00:00",
    "+ KALLAD-TID-1 at VAST 2026-12-02 08:40",
]


@pytest.fixture
def world_without(worlds: Callable[[Any, str], World], database_kind: str) -> World:
    """The same region, where nobody has said anything of an index."""
    world = worlds(World, database_kind)
    world.reset()
    return world


def test_nothing_is_recorded_until_the_index_is_turned_on_and_then_all_that_is_ahead(world_without: World) -> None:
    """Rules 84 and 88."""
    gunilla = world_without.patient(GUNILLA)
    gunilla.cancel(EKEN, "BOKAD-1")
    assert engagements.settle(world_without.database, None, world_without.now) == 0
    assert told_lines(world_without.database) == []
    assert engagements.settle(world_without.database, SETTINGS, world_without.now) == len(ALL) - 1
    assert [str(line) for line in told_lines(world_without.database)] == ALL[1:]


def test_what_is_seeded_is_told(world: IndexWorld) -> None:
    """Rule 86; in the order of the bookings. The open ones have the day they were sent."""
    with world.database.reading() as timetable:
        assert timetable.connection.execute(t.index_outbox.select()).all()
    assert [str(line) for line in told_lines(world.database)] == ALL


def test_the_same_settings_once_more_tell_nothing(world: IndexWorld) -> None:
    assert engagements.settle(world.database, SETTINGS, world.now) == 0
    assert engagements.settle(world.database, None, world.now) == 0
    assert world.told() == []


@pytest.mark.parametrize(
    "changed",
    [
        replace(SETTINGS, source_system="SE2321000016-NYTT"),
        replace(SETTINGS, data_controller="SE2321000016"),
        replace(SETTINGS, categories_by_kind=True),
    ],
    ids=repr,
)
def test_other_settings_make_every_post_another(world: IndexWorld, changed: IndexSettings) -> None:
    """Rule 85: whatever of the key is changed, it is a delete and then a create."""
    is_same_controller = changed.data_controller is not None
    told = engagements.settle(world.database, changed, world.now)
    lines = [str(line) for line in world.lines()]
    if is_same_controller:  # it is what they had from the units' ids already
        assert (told, lines) == (0, [])
    else:
        assert told == len(ALL)
        assert [line[:1] for line in lines] == ["-", "+"] * len(ALL)
    world.check(changed)


def test_the_controller_is_the_organisation_of_the_unit_if_nobody_says_another(world: IndexWorld) -> None:
    """domain.md 4.2: a source system is no longer taken for one."""
    with world.database.reading() as timetable:
        rows = timetable.connection.execute(t.index_posts.select()).all()
    assert {row.data_controller for row in rows} == {"SE2321000016"}
    assert {row.source_system for row in rows} == {SOURCE}
    assert {row.categorization for row in rows} == {"NA"}


def test_what_was_broken_off_goes_on_where_it_was(world_without: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule 88: a process that ends in the middle leaves what it had come to, and the next goes on."""
    monkeypatch.setattr("producer.store.index_settings._TO_SETTLE", _two_at_a_time())
    with world_without.database.writing() as timetable:
        keep_index_settings(timetable, SETTINGS)
    assert engagements._settle_some(world_without.database, world_without.now) == 2
    assert [str(line) for line in told_lines(world_without.database)] == ALL[:2]
    booked = do.make(world_without)  # who books meanwhile is told at once
    assert engagements.settle(world_without.database, None, world_without.now) == len(ALL) - 2
    assert [str(line) for line in told_lines(world_without.database)] == [
        *ALL[:2],
        f"+ {booked} at EKEN 2026-11-24 08:00",
        *ALL[2:],
    ]


def _two_at_a_time() -> Any:
    from producer.store.index_settings import _TO_SETTLE

    return _TO_SETTLE.limit(2)


def test_thousands_are_gone_through_a_batch_at_a_time(world: IndexWorld) -> None:
    """More than one batch, and nobody is forgotten where one ends and the next begins."""
    with world.database.writing() as timetable:
        unit = timetable.unit(EKEN)
        assert unit is not None
        rows = [
            {
                "public_id": f"MANGA-{number}",
                "unit_id": unit.id,
                "patient": ANYBODY,
                "starts": world.now + timedelta(days=1, minutes=number),
                "ends": world.now + timedelta(days=1, minutes=number + 1),
                "state": "live",
                "made_at": world.now,
                "changed_at": world.now,
            }
            for number in range(2 * AT_ONCE + 1)
        ]
        timetable.connection.execute(t.bookings.insert(), rows)
    changed = replace(SETTINGS, source_system="SE2321000016-NYTT")
    assert engagements.settle(world.database, changed, world.now) == len(ALL) + len(rows)
    world.check(changed)
    world.now += timedelta(days=1, minutes=AT_ONCE + 2)
    assert world.expire() == AT_ONCE + 3
    world.check(changed)
    do.change_rules(world, EKEN, flows=["book"])
    world.check(changed)
    do.change_rules(world, EKEN, flows=["book", "see"])
    world.check(changed)


# What the operator says.


def test_the_options_of_serve_turn_it_on(new_database: str) -> None:
    from producer.store.schema import upgrade

    upgrade(new_database)
    now = datetime(2026, 11, 23)
    assert index_settings(Config()) is None
    assert index_settings(Config(index_pull=True)) == IndexSettings(source_system="TSTNMT2321000156-TIDBOK")
    config = Config(
        database=new_database,
        index_url="http://127.0.0.1:1/",
        source_system=SOURCE,
        data_controller="SE2321000016",
        index_categories=True,
    )
    assert index_settings(config) == IndexSettings(
        source_system=SOURCE, data_controller="SE2321000016", categories_by_kind=True
    )
    assert keep_index_true(config, now) == 0
    with pytest.raises(NotReady, match="source_system is the national platform's own id"):
        keep_index_true(replace(config, source_system="5565594230"), now)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (IndexSettings(source_system=""), "source_system is empty"),
        (IndexSettings(source_system="SE2321000016 X"), "source_system has a space in it"),
        (IndexSettings(source_system="S" * 65), "source_system is longer than 64 characters"),
        (IndexSettings(source_system="se165565594230-1000"), "source_system is the national platform's own id"),
        (IndexSettings(source_system=SOURCE, data_controller="a\tb"), "data_controller has a space in it"),
    ],
)
def test_what_the_index_would_refuse_is_refused_before(settings: IndexSettings, fault: str) -> None:
    """Rule 90: EI004 to EI006 would come back for every post."""
    assert faults_in(settings) == (fault,)
    assert faults_in(SETTINGS) == ()


@pytest.mark.parametrize("unit", [EKEN, LINDEN])
def test_an_id_written_otherwise_makes_other_posts(world: IndexWorld, unit: str) -> None:
    """Rules 17 and 85: upper and lower case are one unit to us, and two keys to the index."""
    admin, path = world.browser(), f"/staff/units/{unit}"
    form = do.form_on(admin, path)
    assert admin.post(path, {**form, "hsa_id": unit.swapcase()}).status_code == 302
    lines = world.lines()
    assert [line.told for line in lines] == ["-", "+"] * (len(lines) // 2)
    assert lines
    world.check()
