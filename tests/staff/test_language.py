"""Every sentence of the staff pages can be read in English too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from rules.world import EKEN

from producer.web.staff.language import TRANSLATIONS
from staff.world import StaffWorld, text_of

PRODUCER = Path(__file__).parents[2] / "producer"
TEMPLATES = sorted((PRODUCER / "web/templates/staff").glob("*.html"))
MODULES = sorted(
    path
    for layer in ("domain", "services", "web")
    for path in (PRODUCER / layer).rglob("*.py")
    if re.search(r"\b(Sentence|gettext|ngettext|lazy_gettext)\(", path.read_text("utf-8"))
)
FILES = sorted(TRANSLATIONS.glob("*.en.po"))
WORDS = {"_": None, "gettext": None, "lazy_gettext": None, "Sentence": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

Id = str | tuple[str, ...]


def name(path: Path) -> str:
    return path.name


def said(path: Path) -> Iterator[Id]:
    """The messages that a module or a template says."""
    method = "jinja2" if path.suffix == ".html" else "python"
    for _, message, _, _ in extract_from_file(method, str(path), keywords=WORDS):
        yield tuple(message) if isinstance(message, list | tuple) else message


def texts_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def written(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="en") if message.id]


def one_of(message: Id) -> str:
    return message if isinstance(message, str) else message[0]


@pytest.fixture(scope="module")
def translated() -> dict[str, Message]:
    """By the first form of the Swedish."""
    return {one_of(message.id): message for path in FILES for message in written(path)}


@pytest.mark.parametrize("path", [*TEMPLATES, *MODULES], ids=name)
def test_everything_that_is_said_can_be_said_in_english(path: Path, translated: dict[str, Message]) -> None:
    assert sorted({one_of(message) for message in said(path)} - translated.keys()) == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_translation_is_whole_and_tells_the_same(path: Path) -> None:
    """Each form is there, and holds the same values as the Swedish."""
    for message in written(path):
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        assert not message.fuzzy, message.id
        told = set(PLACEHOLDER.findall(" ".join(message.id) if isinstance(message.id, tuple) else message.id))
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) <= told, message.id
        assert set(PLACEHOLDER.findall(" ".join(forms))) == told, message.id


def test_nothing_is_translated_that_nobody_says() -> None:
    known = {one_of(message) for path in (*TEMPLATES, *MODULES) for message in said(path)}
    known |= {text for path in PRODUCER.rglob("*.py") for text in texts_in(path)}  # a table may hold them
    unused = {path.name: sorted({one_of(each.id) for each in written(path)} - known) for path in FILES}
    assert {file: messages for file, messages in unused.items() if messages} == {}


def test_nothing_is_translated_in_two_ways() -> None:
    seen: dict[str, str] = {}
    for path in FILES:
        for message in written(path):
            english = seen.setdefault(one_of(message.id), str(message.string))
            assert english == str(message.string), f"{path.name}: {message.id}"


def test_the_menu_speaks_english_and_the_page_says_which_language_it_is_in(world: StaffWorld) -> None:
    browser = world.browser()
    browser.post("/staff/language", language="en")
    page = browser.page(f"/staff/{EKEN}/week")
    assert page.get("lang") == "en"
    menu = [text_of(link) for link in page.xpath("//nav[@class='places']//a")]
    assert {"Times", "Bookings", "Booking rules"} <= set(menu)
    assert re.search("[åäöÅÄÖ]", " ".join(menu)) is None
