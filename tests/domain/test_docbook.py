import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer.domain.docbook import (
    Article,
    Link,
    Section,
    article_in,
    docbook_of,
    is_web_address,
    link_to,
    one_line,
    para_of,
)
from producer.domain.docbook_notation import article_written, notation_of
from producer.domain.staff import Invalid
from producer.store.seeding.texts import text_faults

WORDS = (
    st.text(alphabet=st.one_of(st.sampled_from("#=[]()\\<>&\"' ab:/."), st.characters(exclude_categories=("Cs", "Cc"))))
    .filter(lambda text: "\ufffe" not in text and "\uffff" not in text)
    .map(one_line)
    .filter(bool)
)
LINKS = st.builds(
    lambda text, path: link_to(text, f"https://www.1177.se/{path}"), WORDS, st.text(alphabet="ab()/?&=#%.-", max_size=8)
)
PARAS = st.lists(st.one_of(WORDS, st.just(" "), LINKS), min_size=1, max_size=5).map(lambda parts: para_of(*parts))
SOME_PARAS = st.lists(PARAS.filter(bool), min_size=1, max_size=3).map(tuple)
LEAVES = st.builds(Section, title=WORDS, paras=SOME_PARAS)
SECTIONS = st.recursive(
    LEAVES,
    lambda inner: st.builds(Section, title=WORDS, paras=SOME_PARAS, sections=st.lists(inner, max_size=2).map(tuple)),
)
ARTICLES = st.builds(
    Article,
    title=WORDS.filter(lambda title: len(title) < 100),
    paras=SOME_PARAS,
    sections=st.lists(SECTIONS, max_size=3).map(tuple),
    sources=st.none() | LEAVES,
)


@given(ARTICLES)
def test_docbook_is_the_same_after_being_written_in_the_notation_and_read_again(article: Article) -> None:
    """Rule 78."""
    docbook = docbook_of(article)
    read = article_in(docbook)
    assert docbook_of(article_written(read.title, notation_of(read))) == docbook


@given(ARTICLES)
def test_what_is_written_has_only_the_elements_that_the_contract_allows(article: Article) -> None:
    """Rule 78."""
    assert text_faults(docbook_of(article)) == ()


@given(WORDS, st.text())
def test_whatever_is_typed_becomes_docbook_or_is_refused_with_reasons(title: str, text: str) -> None:
    try:
        article = article_written(title, text)
    except Invalid:
        return
    assert text_faults(docbook_of(article)) == ()
    assert article_in(docbook_of(article)) == article


WRITTEN = """Du är välkommen.
Boka själv en tid.

# Inför besöket
Läs [vår sida](https://www.1177.se/?a=1&b=2) först.

## Legitimation

\\# är ingen rubrik & <inget> element

= Källor

1177"""


def test_each_sign_of_the_notation_means_its_element() -> None:
    assert (
        docbook_of(article_written("Kallelse", WRITTEN))
        == """<article>
  <info>
    <title>Kallelse</title>
  </info>
  <para>Du är välkommen. Boka själv en tid.</para>
  <section>
    <title>Inför besöket</title>
    <para>Läs <ulink url="https://www.1177.se/?a=1&amp;b=2">vår sida</ulink> först.</para>
    <section>
      <title>Legitimation</title>
      <para># är ingen rubrik &amp; &lt;inget&gt; element</para>
    </section>
  </section>
  <bibliography>
    <title>Källor</title>
    <para>1177</para>
  </bibliography>
</article>"""
    )


@pytest.mark.parametrize(
    ("title", "text", "field", "words"),
    [
        ("", "Hej", "title", "Skriv en rubrik."),
        ("A" * 201, "Hej", "title", "för lång"),
        ("A\x00", "Hej", "title", "tecken"),
        ("Kallelse", " \n ", "text", "Skriv en text."),
        ("Kallelse", "a" * 20_001, "text", "för lång"),
        ("Kallelse", "Hej\x01", "text", "tecken"),
        ("Kallelse", "Hej\n# A\n# B\nHej", "text", "skriv något under"),
        ("Kallelse", "## A\nHej", "text", "kan bara stå under"),
        ("Kallelse", "= Källor\nHej\n# A\nHej", "text", "efter källorna"),
        ("Kallelse", "[tryck](javascript:alert)", "text", "https://"),
        ("Kallelse", "[tryck]()", "text", "https://"),
    ],
)
def test_what_cannot_be_sent_is_told_with_field_and_line(title: str, text: str, field: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        article_written(title, text)
    assert any(fault.field == field and words in fault.sentence.text for fault in refused.value.faults)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//1177.se",
        "1177.se",
        "https://",
        "http://[",
        "https://a b.se",
        'https://a"b',
        "ftp://a.se",
    ],
)
def test_only_a_whole_web_address_can_be_pressed(url: str) -> None:
    assert not is_web_address(url)
    assert (
        article_in(f"<article><para>Se <ulink url='{url}'>här</ulink>.</para></article>").paras == (("Se här.",),)
        or '"' in url
    )


def test_an_address_with_brackets_is_kept_whole() -> None:
    article = article_written("Kallelse", "[Sår](https://sv.wikipedia.org/wiki/Sår_(skada))")
    assert article.paras == ((Link(text="Sår", url="https://sv.wikipedia.org/wiki/Sår_%28skada%29"),),)


def test_plain_words_are_read_as_paragraphs() -> None:
    assert article_in("Hej <du>.\r\n\r\nVälkommen\nhit.") == Article(paras=(("Hej <du>.",), ("Välkommen hit.",)))


@pytest.mark.parametrize(
    "text",
    ["<artikel", "<!DOCTYPE a [<!ENTITY x 'y'>]><article>&x;</article>", "<?xml version='1.0'?><article/>", "< 5"],
)
def test_what_is_no_docbook_is_read_as_it_stands(text: str) -> None:
    assert article_in(text).paras == ((text,),)


def test_docbook_written_by_others_is_read_in_its_order() -> None:
    """A namespace, titles without info, words between elements, sections without titles, paragraphs after sections."""
    article = article_in(
        "<article xmlns='http://docbook.org/ns/docbook'><title>Hej</title>löst <ulink url='https://a.se'/> ord"
        "<para>Ett</para><section><para>Två</para></section><section><title>A</title><section><title>B</title>"
        "<para>Tre</para></section></section><para>Fyra</para><itemizedlist><listitem>Fem</listitem></itemizedlist>"
        "<bibliography><para>Sex</para><section><title>C</title><para>Sju</para></section></bibliography></article>"
    )
    assert article == Article(
        title="Hej",
        paras=(("löst ", Link(text="https://a.se", url="https://a.se"), " ord"), ("Ett",), ("Två",)),
        sections=(Section(title="A", sections=(Section(title="B", paras=(("Tre",), ("Fyra",), ("Fem",))),)),),
        sources=Section(title="Källor", paras=(("Sex",), ("C",), ("Sju",))),
    )
