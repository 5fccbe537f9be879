"""A text as staff write it: a title, and below it paragraphs, headings and links in a notation of a few signs.

An empty line ends a paragraph.

# A heading
## A heading within
A link is written [words](https://www.1177.se).

= Sources

A paragraph that begins with a sign of its own has a backslash before it: \\# not a heading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from producer.domain.docbook import Article, Link, Para, Section, is_web_address, link_to, one_line, para_of
from producer.domain.staff import Fault, Invalid, Sentence, Value

LONGEST_TITLE, LONGEST_TEXT = 200, 20_000

_HEADING = re.compile(r"(#+|=)\s+(\S.*)")
_SIGN = re.compile(r"\\([\\\[\]#=])")
_LINK_OR_SIGN = re.compile(
    r"\\(?P<sign>[\\\[\]#=])|\[(?P<text>(?:\\.|[^\[\]\\])+)\]\((?P<url>(?:[^()\s]|\([^()\s]*\))*)\)"
)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# From a text to what was written.


def notation_of(article: Article) -> str:
    """All but the title, as it is written to get the same text again."""
    blocks = [*_written(article, 0)]
    if article.sources is not None:
        blocks += [f"= {_escaped(article.sources.title)}", *map(_written_para, article.sources.paras)]
    return "\n\n".join(blocks)


def _written(block: Article | Section, depth: int) -> Iterator[str]:
    yield from map(_written_para, block.paras)
    for section in block.sections:
        yield f"{'#' * (depth + 1)} {_escaped(section.title)}"
        yield from _written(section, depth + 1)


def _written_para(para: Para) -> str:
    text = "".join(_escaped(part) if isinstance(part, str) else f"[{_escaped(part.text)}]({part.url})" for part in para)
    return f"\\{text}" if text.startswith(("#", "=")) else text


def _escaped(text: str) -> str:
    return re.sub(r"[\\\[\]]", lambda sign: f"\\{sign[0]}", text)


# From what was written to a text.


@dataclass(slots=True)
class _Heading:
    """A heading with what has been read below it; depth 0 is the article, `is_sources` the bibliography."""

    title: str
    depth: int
    line: int
    is_sources: bool = False
    paras: list[Para] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)


def article_written(title: str, text: str) -> Article:
    """The text with its title; raises Invalid, which names fields `title` and `text` and the lines."""
    faults = [*_title_faults(title), *_text_faults(text)]
    if faults:
        raise Invalid(*faults)
    top, sources, faults = _read(text)
    if not (top.paras or top.sections or sources):
        faults.append(Fault("text", Sentence("Skriv en text.")))
    if faults:
        raise Invalid(*faults)
    return Article(
        title=one_line(title),
        paras=tuple(top.paras),
        sections=tuple(top.sections),
        sources=None if sources is None else Section(title=sources.title, paras=tuple(sources.paras)),
    )


def _title_faults(title: str) -> Iterator[Fault]:
    if not one_line(title):
        yield Fault("title", Sentence("Skriv en rubrik."))
    if len(title) > LONGEST_TITLE:
        yield Fault("title", Sentence("Rubriken är för lång, högst %(length)s tecken.", {"length": LONGEST_TITLE}))
    if _NOT_IN_XML.search(title):
        yield Fault("title", Sentence("Rubriken har tecken som inte går att skicka."))


def _text_faults(text: str) -> Iterator[Fault]:
    if len(text) > LONGEST_TEXT:
        yield Fault("text", Sentence("Texten är för lång, högst %(length)s tecken.", {"length": LONGEST_TEXT}))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if _NOT_IN_XML.search(line):
            yield Fault("text", Sentence("Rad %(line)s har tecken som inte går att skicka.", {"line": number}))


def _read(text: str) -> tuple[_Heading, _Heading | None, list[Fault]]:
    """The article's own level, its sources, and what is wrong."""
    faults: list[Fault] = []
    open_ones = [_Heading(title="", depth=0, line=0)]
    sources = None
    for number, block, heading in _blocks(text):
        if heading is None:
            open_ones[-1].paras.append(_para(number, block, faults))
            continue
        found = _heading(number, heading[1], heading[2])
        faults += _misplaced(found, open_ones[-1])
        _close(open_ones, found.depth, faults)
        open_ones.append(found)
        sources = found if found.is_sources else sources
    _close(open_ones, 1, faults)  # what is still open
    return open_ones[0], sources, faults


def _heading(number: int, sign: str, title: str) -> _Heading:
    is_sources = sign == "="
    return _Heading(title=_plain(title), depth=1 if is_sources else len(sign), line=number, is_sources=is_sources)


def _blocks(text: str) -> Iterator[tuple[int, str, re.Match[str] | None]]:
    """Paragraphs in one line each, and headings, with the number of their first line."""
    lines: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        plain = one_line(line)
        heading = _HEADING.fullmatch(plain)
        if lines and (heading or not plain):
            yield number - len(lines), " ".join(lines), None
            lines = []
        if heading:
            yield number, plain, heading
        elif plain:
            lines.append(plain)


def _misplaced(heading: _Heading, last: _Heading) -> Iterator[Fault]:
    known: dict[str, Value] = {"line": heading.line, "sign": "#" * (heading.depth - 1)}
    if last.is_sources:
        yield Fault("text", Sentence("Rad %(line)s: ingen rubrik kan stå efter källorna.", known))
    elif heading.depth > last.depth + 1:
        yield Fault("text", Sentence("Rad %(line)s: rubriken kan bara stå under en rubrik med %(sign)s.", known))


def _close(open_ones: list[_Heading], depth: int, faults: list[Fault]) -> None:
    """Ends the headings at this depth and deeper, and puts each where it belongs."""
    while open_ones[-1].depth >= depth:
        ended = open_ones.pop()
        if not ended.paras and not ended.sections:
            told = Sentence("Rad %(line)s: skriv något under rubriken, eller ta bort den.", {"line": ended.line})
            faults.append(Fault("text", told))
        if not ended.is_sources:
            section = Section(title=ended.title, paras=tuple(ended.paras), sections=tuple(ended.sections))
            open_ones[-1].sections.append(section)


def _para(number: int, text: str, faults: list[Fault]) -> Para:
    parts: list[str | Link] = []
    end = 0
    for found in _LINK_OR_SIGN.finditer(text):
        parts.append(text[end : found.start()])
        parts.append(found["sign"] or link_to(_plain(found["text"]), found["url"]))
        end = found.end()
    parts.append(text[end:])
    for part in parts:
        if isinstance(part, Link) and not is_web_address(part.url):
            known: dict[str, Value] = {"line": number, "words": part.text}
            faults.append(
                Fault(
                    "text",
                    Sentence(
                        "Rad %(line)s: länken %(words)s ska leda till en hel adress,"
                        " som börjar med https:// eller http://.",
                        known,
                    ),
                )
            )
    return para_of(*parts)


def _plain(text: str) -> str:
    """Without the backslashes that keep signs from meaning something."""
    return _SIGN.sub(r"\1", text)
