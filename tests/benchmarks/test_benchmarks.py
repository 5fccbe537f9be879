import json
from itertools import repeat
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks import calls
from benchmarks.capacity import capacity
from benchmarks.comparison import FLOOR, OURS, PLAIN, Question, compared, comparison, contenders_of, questions
from benchmarks.region import Region, Unit, build
from benchmarks.report import Figure, Table, Target, figure
from benchmarks.sameness import content_of
from benchmarks.timing import Times


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    units = [Unit(number=number, free_slots=slots) for number, slots in enumerate((160, 12, 60, 72), 1)]
    return build(tmp_path_factory.mktemp("region") / "region.db", units)


def test_the_producer_plain_spyne_and_the_floor_give_the_same_answers(region: Region) -> None:
    """Otherwise their times could not be compared."""
    with contenders_of(region) as contenders:
        for question in questions(region):
            requests = question.requests()
            request = next(requests)
            answers = {name: content_of(answer(request)) for name, answer in contenders.items()}
            assert answers[OURS] == answers[PLAIN] == answers[FLOOR], question.name
            assert answers[OURS][2], f"{question.name}: an empty answer compares nothing"


def test_a_query_over_the_slots_is_answered_with_every_one_of_them(region: Region) -> None:
    many = region.units[2]
    with contenders_of(region) as contenders:
        _, _, rows = content_of(contenders[OURS](calls.timeslots(region, many)))
    assert len(rows) == many.free_slots


def test_answers_that_differ_stop_the_comparison(region: Region) -> None:
    few = region.units[1]
    different = {"a": lambda _: _answer("1"), "b": lambda _: _answer("2")}
    question = Question(name="different", requests=lambda: repeat(calls.timeslots(region, few)))
    with pytest.raises(AssertionError, match="do not answer alike"):
        compared(question, different, rounds=1)


def _answer(text: str) -> bytes:
    return f"<Envelope><Body><a><b>{text}</b></a></Body></Envelope>".encode()


def test_a_tiny_comparison_has_a_row_for_each_question(region: Region) -> None:
    table = comparison(region, rounds=1)
    assert [name for name, _ in table.rows] == [question.name for question in questions(region)]
    assert "faster than plain Spyne" in str(table)


def test_a_tiny_run_prints_its_tables_and_writes_every_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    program.main(["small", "growth", "--rounds", "1", "--units", "20", "--json", str(file)])
    printed = capsys.readouterr().out
    written = json.loads(file.read_text("utf-8"))
    assert "CancelBooking" in printed
    assert "as the database grows" in printed
    assert written["tables"][0]["rows"]["GetBookingDetails"]["own time"]["value"] > 0
    assert written["tables"][1]["rows"]["producer"]["growth"]["target"] == 1.3


def test_the_capacity_of_a_core_is_told_for_each_database(tmp_path: Path) -> None:
    units = [Unit(number=number, free_slots=slots) for number, slots in enumerate((40, 12, 12, *[72] * 8), 1)]
    table = capacity(build(tmp_path / "region.db", units), tmp_path, seconds=1.0)
    assert [name for name, _ in table.rows] == ["SQLite", "PostgreSQL"]
    for _, figures in table.rows:
        assert all(figure is None or figure.value > 0 for figure in figures)
    assert "bookings a day" in str(table)


def test_an_unknown_measurement_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        program.main(["everything"])
    assert "everything is none of comparison" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "target", "said"),
    [
        (25.0, Target(limit=20, at_least=True), "25.0 x >= 20.0 met"),
        (19.9, Target(limit=20, at_least=True), "19.9 x >= 20.0 NOT met"),
        (1.3, Target(limit=1.3), "1.30 x <= 1.30 met"),
        (1.31, Target(limit=1.3), "1.31 x <= 1.30 NOT met"),
    ],
)
def test_a_figure_says_whether_its_target_is_met(value: float, target: Target, said: str) -> None:
    assert str(Figure(value=value, unit="x", target=target)) == said


def test_a_figure_of_several_values_is_their_median_with_the_least_and_the_most() -> None:
    assert str(figure([3.0, 1.0, 2.0], "ms", scale=1000)) == "2,000 ms (1,000-3,000)"


def test_ratios_are_taken_turn_by_turn() -> None:
    """A slow minute of the machine makes both slow, and so leaves their ratio alone."""
    assert Times(((4.0,), (40.0,))).ratios(Times(((2.0,), (20.0,)))) == (2.0, 2.0)


def test_a_table_without_rows_still_says_why() -> None:
    assert str(Table(title="Memory", notes=("Not measured.",))) == "Memory\nNot measured."
