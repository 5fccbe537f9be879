"""The house rules of the code that a linter does not know."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "producer").rglob("*.py"))
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
BANNED_NAMES = re.compile(r"(utils?|helpers?|manager|base|common|impl)")
HOSTS_AND_PATHS = re.compile(
    r"/work/(main|shared|steering)|/tmp/|python" + r"hosted|//py" + r"pi\.org|registry\.np" + r"mjs|deb\.deb" + r"ian"
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.AST) -> int:
    return function.end_lineno - function.lineno + 1


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_stays_under_300_lines(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) < 300


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_no_function_is_longer_than_40_lines(module: Path) -> None:
    assert [f.name for f in functions(module) if length(f) > 40] == []


def test_the_median_function_is_short() -> None:
    bodies = [f.end_lineno - f.body[0].lineno + 1 for module in MODULES for f in functions(module)]
    assert median(bodies) <= 6


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_is_named_by_a_noun_of_the_field(module: Path) -> None:
    assert not BANNED_NAMES.fullmatch(module.stem)


@pytest.mark.parametrize("module", [m for m in MODULES if m.name != "__init__.py"], ids=name)
def test_a_module_begins_by_saying_what_it_is(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text("utf-8")))


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_only_the_configuration_reads_the_environment(module: Path) -> None:
    reads = re.search(r"\bos\.environ|\bgetenv\(", module.read_text("utf-8"))
    assert reads is None or module.name == "config.py"


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    found = []
    for line in TRACKED:
        path = ROOT / line
        if path == Path(__file__) or not path.is_file():
            continue
        if HOSTS_AND_PATHS.search(path.read_text("utf-8", errors="replace")):
            found.append(line)
    assert found == []


RULES = set(range(1, 95))  # groups A to H, and the ping


def test_every_rule_of_the_contracts_is_named_by_a_test() -> None:
    """A test names the rules that it holds as `rule 57`, `rules 57 and 58`, `rules 16, 18` or `rule_57`."""
    named: set[int] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        if path == Path(__file__):
            continue
        for numbers in re.findall(r"[Rr]ules?[ _](\d+(?:(?:, | and |-|_and_)\d+)*)", path.read_text("utf-8")):
            for part in re.split(r", | and |_and_", numbers):
                first, _, last = part.partition("-")
                named |= set(range(int(first), int(last or first) + 1))
    assert sorted(RULES - named) == []
