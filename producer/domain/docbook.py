"""The text of an invitation: an article in the small part of DocBook 5.0 that the contract allows (rule 78)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Words that lead to an address on the web."""

    text: str
    url: str


Para = tuple[str | Link, ...]
"""A paragraph: words and links, with single spaces."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading, what stands below it, and the sections within it."""

    title: str
    paras: tuple[Para, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """A whole text; `sources` is its bibliography, which comes last."""

    title: str = ""
    paras: tuple[Para, ...] = ()
    sections: tuple[Section, ...] = ()
    sources: Section | None = None


def is_web_address(url: str) -> bool:
    """Only http and https with a host: a resident must be able to press it without harm."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_plain = url.isprintable() and not any(letter in url for letter in " \"'<>\\`{}|^")
    return is_plain and parts.scheme in ("http", "https") and bool(parts.hostname)


def para_of(*parts: str | Link) -> Para:
    """With single spaces inside and none around; neighbouring words are joined."""
    joined: list[str | Link] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    spaced = [re.sub(r"\s+", " ", part) if isinstance(part, str) else part for part in joined]
    if spaced and isinstance(spaced[0], str):
        spaced[0] = spaced[0].lstrip()
    if spaced and isinstance(spaced[-1], str):
        spaced[-1] = spaced[-1].rstrip()
    return tuple(part for part in spaced if part)


def link_to(text: str, url: str) -> Link:
    """A link that shows its address when it has no words; brackets in the address are written as %28 and %29."""
    plain = url.strip().replace("(", "%28").replace(")", "%29")
    return Link(text=one_line(text) or plain, url=plain)


def one_line(text: str) -> str:
    return " ".join(text.split())


# Writing.


def docbook_of(article: Article) -> str:
    """As the field `purpose` carries it, before the wire's own escaping; no namespace, as in TKB 13.7."""
    lines = ["<article>"]
    if article.title:
        lines += ["  <info>", f"    <title>{escape(article.title)}</title>", "  </info>"]
    lines += _content(article, "  ")
    if article.sources is not None:
        lines += _element("bibliography", article.sources, "  ")
    return "\n".join([*lines, "</article>"])


def _element(name: str, section: Section, indent: str) -> Iterator[str]:
    yield f"{indent}<{name}>"
    yield f"{indent}  <title>{escape(section.title)}</title>"
    yield from _content(section, indent + "  ")
    yield f"{indent}</{name}>"


def _content(block: Article | Section, indent: str) -> Iterator[str]:
    for para in block.paras:
        yield f"{indent}<para>{''.join(map(_part, para))}</para>"
    for section in block.sections:
        yield from _element("section", section, indent)


def _part(part: str | Link) -> str:
    return escape(part) if isinstance(part, str) else f"<ulink url={quoteattr(part.url)}>{escape(part.text)}</ulink>"


# Reading.


def article_in(purpose: str) -> Article:
    """The text of an invitation, whether it is DocBook or plain words with empty lines between paragraphs."""
    if purpose.lstrip().startswith("<") and not purpose.lstrip().startswith(("<!", "<?")):
        try:
            root = ET.fromstring(purpose.strip())  # noqa: S314 - a document type, which entities need, is not read
        except ET.ParseError:
            return _plain(purpose)
        return _article(root)
    return _plain(purpose)


def _plain(text: str) -> Article:
    blocks = (para_of(block) for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return Article(paras=tuple(filter(None, blocks)))


def _article(root: ET.Element) -> Article:
    body = _Body()
    title = _read(root, body)
    return Article(title=title, paras=tuple(body.paras), sections=tuple(body.sections), sources=body.sources)


class _Body:
    """What is being read at one level; a paragraph after a section is taken as the end of that section."""

    def __init__(self) -> None:
        self.paras: list[Para] = []
        self.sections: list[Section] = []
        self.sources: Section | None = None

    def add_para(self, para: Para) -> None:
        if not para:
            return
        if self.sections:
            self.sections[-1] = _with_last_para(self.sections[-1], para)
        else:
            self.paras.append(para)


def _with_last_para(section: Section, para: Para) -> Section:
    if section.sections:
        *before, last = section.sections
        ended = (*before, _with_last_para(last, para))
        return Section(title=section.title, paras=section.paras, sections=ended)
    return Section(title=section.title, paras=(*section.paras, para))


def _read(element: ET.Element, body: _Body) -> str:
    """Reads what an article or a section holds into the body and answers its title."""
    title = ""
    loose: list[str | Link] = [element.text or ""]
    for child in element:
        name = _name(child)
        if name == "ulink":
            loose += [_link(child), child.tail or ""]
            continue
        body.add_para(para_of(*loose))
        if name == "title":
            title = title or one_line("".join(child.itertext()))
        elif name == "info":
            title = title or _read(child, body)
        else:
            _block(name, child, body)
        loose = [child.tail or ""]
    body.add_para(para_of(*loose))
    return title


def _block(name: str, element: ET.Element, body: _Body) -> None:
    if name == "section":
        inner = _Body()
        title = _read(element, inner)
        _place(title, inner, body)
    elif name == "bibliography":
        inner = _Body()
        title = _read(element, inner)
        body.sources = Section(title=title or "Källor", paras=(*_all_paras(body.sources), *_paras_within(inner)))
    else:
        body.add_para(_para(element))


def _place(title: str, inner: _Body, body: _Body) -> None:
    """A section without a title is nothing but what it holds."""
    if title:
        body.sections.append(Section(title=title, paras=tuple(inner.paras), sections=tuple(inner.sections)))
    else:
        for para in inner.paras:
            body.add_para(para)
        body.sections += inner.sections
    body.sources = body.sources or inner.sources


def _paras_within(body: _Body) -> Iterator[Para]:
    yield from body.paras
    for section in body.sections:
        yield (section.title,)
        yield from _all_paras(section)


def _all_paras(section: Section | None) -> Iterator[Para]:
    if section is not None:
        yield from section.paras
        for inner in section.sections:
            yield (inner.title,)
            yield from _all_paras(inner)


def _para(element: ET.Element) -> Para:
    return para_of(*_parts(element))


def _parts(element: ET.Element) -> Iterator[str | Link]:
    yield element.text or ""
    for child in element:
        if _name(child) == "ulink":
            yield _link(child)
        else:
            yield from _parts(child)
        yield child.tail or ""


def _link(element: ET.Element) -> str | Link:
    """An address that may not be pressed leaves only its words."""
    text = "".join(element.itertext())
    link = link_to(text, element.get("url", ""))
    return link if is_web_address(link.url) else text


def _name(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
