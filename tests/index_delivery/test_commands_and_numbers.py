"""`tidbok index deliver` and `tidbok index expire`, and what operators read in /metrics."""

from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from index_delivery.posts import NOW, fill, lines, row
from index_delivery.test_line import answer, fault, playing, saying
from producer.cli import main
from producer.clock import swedish_time
from producer.index.jobs import DELIVERY
from producer.index.numbers import exposition
from producer.store import leases, outbox
from producer.store import tables as t
from producer.store.engine import Database, open_database


def tidbok(*words: str) -> Result:
    return CliRunner().invoke(main, ["index", *words], catch_exceptions=False)


def test_one_pass_sends_what_waits_whatever_the_pause(address: str, database: Database) -> None:
    ids = fill(database, map(row, range(3)))
    with database.writing() as timetable:
        outbox.keep_failed(timetable, ids, failures=20, not_before=2**40, reason="gone")
    with playing(saying(200, answer("OK"))) as played:
        for _ in range(2):
            done = tidbok("deliver", "--database", address, "--index-url", played.url)
            assert (done.exit_code, done.stderr) == (0, "")
    assert {line.state for line in lines(database)} == {"sent"}
    assert len(played.heard) == 2, "after twenty failures one goes alone, and then the others"


def test_a_pass_that_delivers_nothing_says_why_and_ends_with_1(address: str, database: Database) -> None:
    fill(database, [row(1)])
    with playing(saying(500, fault("VP009 no contact"))) as played:
        done = tidbok("deliver", "--database", address, "--index-url", played.url)
    assert done.exit_code == 1
    assert done.stdout == "Sent 0, refused 0, waiting 1\n"
    assert done.stderr == "Error: Engagemangsindex does not take posts now: VP009 no contact\n"


def test_a_pass_while_another_process_delivers_is_refused(address: str, database: Database) -> None:
    """rule 89"""
    fill(database, [row(1)])
    with database.writing() as timetable:
        leases.take(timetable, DELIVERY, "another", 60)
    with playing(saying(200, answer("OK"))) as played:
        done = tidbok("deliver", "--database", address, "--index-url", played.url)
    assert (done.exit_code, played.heard) == (1, [])
    assert done.stderr == "Another process does the index delivery just now; try again in a moment\n"


def test_a_pass_to_nowhere_is_wrong_usage(address: str) -> None:
    done = tidbok("deliver", "--database", address)
    assert done.exit_code == 2
    assert "--index-url" in done.stderr


@pytest.mark.parametrize(
    "url",
    ["index.example", "ftp://index.example/", "http://", "http://index.example:x/", "http://[::1/", "http://ä.se/"],
)
@pytest.mark.parametrize("command", [["index", "deliver"], ["serve", "--port", "0"]])
def test_an_address_that_nobody_can_call_is_refused_in_one_sentence(address: str, command: list[str], url: str) -> None:
    done = CliRunner().invoke(main, [*command, "--database", address, "--index-url", url], catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (f"--index-url {url} is no address that can be called: http://HOST/... or https://HOST/...\n")


def test_a_pass_that_is_to_believe_a_file_which_is_not_there_names_it(address: str) -> None:
    done = tidbok("deliver", "--database", address, "--index-url", "https://127.0.0.1:9/", "--index-ca", "nowhere.pem")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "nowhere.pem: No such file or directory\n")


def test_expiry_by_hand_tells_how_many_posts_go(address: str) -> None:
    done = tidbok("expire", "--database", address)
    assert (done.exit_code, done.stdout) == (0, "To be removed: 0\n")


@pytest.mark.parametrize("command", ["deliver", "expire"])
def test_an_older_database_is_refused(address: str, database: Database, command: str) -> None:
    with database.writing() as timetable:
        timetable.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    more = ("--index-url", "http://127.0.0.1:9/") if command == "deliver" else ()
    done = tidbok(command, "--database", address, *more)
    assert done.exit_code == 1
    assert "tidbok db upgrade" in done.stderr


def test_the_numbers_are_those_of_the_database_whichever_process_is_asked(address: str, database: Database) -> None:
    ids = fill(database, [row(number, made_at=NOW - timedelta(seconds=90)) for number in range(4)])
    with database.writing() as timetable:
        outbox.keep_refused(timetable, ids[0], "EI004", NOW)
        outbox.keep_sent(timetable, ids[1:2], NOW)
        outbox.keep_failed(timetable, ids[2:], failures=7, not_before=1, reason="gone")
    another = open_database(address)
    told = [exposition(each, NOW).decode() for each in (database, another)]
    another.close()
    assert told[0] == told[1]
    assert [line for line in told[0].splitlines() if not line.startswith("#")] == [
        'tidbok_index_posts{state="waiting"} 2.0',
        'tidbok_index_posts{state="refused"} 1.0',
        "tidbok_index_oldest_seconds 90.0",
        "tidbok_index_failures_in_a_row 7.0",
    ]


def test_with_nothing_waiting_nothing_is_old(database: Database) -> None:
    assert b"tidbok_index_oldest_seconds 0.0" in exposition(database, swedish_time())


def test_numbers_of_a_database_that_is_gone_are_left_out() -> None:
    gone = open_database("postgresql://127.0.0.1:1/x")
    assert exposition(gone, NOW) == b""
    gone.close()


def test_a_lease_that_is_out_is_no_hindrance(address: str, database: Database) -> None:
    fill(database, [row(1)])
    with database.writing() as timetable:
        leases.take(timetable, DELIVERY, "killed", 60)
        timetable.connection.execute(t.leases.update().values(until=0))
    with playing(saying(200, answer("OK"))) as played:
        assert tidbok("deliver", "--database", address, "--index-url", played.url).exit_code == 0
