"""No test is left out in silence: what runs on one kind of database alone says why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

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
