"""The texts of invitations: plain, or DocBook with the elements that the contract allows (rule 78)."""

from collections.abc import Iterator

from lxml import etree

ALLOWED = ("article", "info", "title", "para", "section", "bibliography", "ulink")
_NAMESPACES = (None, "http://docbook.org/ns/docbook")


def text_faults(text: str) -> tuple[str, ...]:
    """Why a text cannot be an invitation's purpose; what begins with a tag is read as DocBook."""
    return tuple(_docbook_faults(text)) if text.lstrip().startswith("<") else ()


def _docbook_faults(text: str) -> Iterator[str]:
    if text.lstrip().startswith(("<?", "<!")):
        yield "a DocBook text begins with <article>, without an XML declaration or a DOCTYPE"
        return
    try:
        article = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        yield f"the DocBook text is not well-formed XML: {error.msg}"
        return
    if etree.QName(article).localname != "article":
        yield f"a DocBook text is an <article>, not a <{etree.QName(article).localname}>"
    for element in article.iter():
        yield from _element_faults(element)


def _element_faults(element: etree._Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        yield "a DocBook text holds only elements and text, no comments, instructions or entities"
        return
    name = etree.QName(element)
    if name.localname not in ALLOWED or name.namespace not in _NAMESPACES:
        yield f"<{name.localname}> is not among the allowed elements: {', '.join(ALLOWED)} (rule 78)"
