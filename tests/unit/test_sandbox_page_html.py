"""How the sandbox's page makes HTML: nothing that somebody typed becomes markup."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from sandbox.page.adf import DRAWN, SIMPLE, adf_html
from sandbox.page.asana_text import asana_html
from sandbox.page.html import anchor, el, safe_link, text
from sandbox.page.strip import CHOICES, fault_of, state_of


class Reader(HTMLParser):
    """Texts, and elements with their attributes, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


typed = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"))


@given(typed, typed)
def test_words_and_attributes_come_out_as_they_went_in(words: str, attribute: str) -> None:
    """Whatever is put into an element is read back the same, and adds no element."""
    found = read(el("p", words, title=attribute))
    assert found.words == words
    assert found.elements == [("p", {"title": attribute})]


def test_children_may_be_nested_and_empty() -> None:
    """Lists are flattened, None is nothing, numbers are words, and HTML made here stays HTML."""
    assert el("p", ["a", None, [el("b", "&")]], 3) == "<p>a<b>&amp;</b>3</p>"
    assert text(None) == ""
    assert el("input", disabled=True, checked=False, value=None, data_key="x") == '<input disabled data-key="x">'


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x",
     "//example.com", "file:///etc", "", "http://[broken"],
)  # fmt: skip
def test_addresses_that_do_harm_are_no_links(address: str) -> None:
    """Only http, https, mailto and the page's own paths can be clicked."""
    assert safe_link(address) is None
    assert read(anchor(address, "words")).elements == [("span", {"class": "no-link", "title": address})]


def test_links_open_elsewhere_without_a_way_back() -> None:
    """A link to another site gets no handle on this page."""
    [(tag, attributes)] = read(anchor("https://example.com/?a=1&b=2", "there")).elements
    assert (tag, attributes["href"]) == ("a", "https://example.com/?a=1&b=2")
    assert attributes["rel"] == "noopener noreferrer"


@pytest.mark.parametrize("kind", sorted({*SIMPLE, *DRAWN, "somethingNew"}))
def test_every_kind_of_adf_node_is_drawn(kind: str) -> None:
    """No node breaks the page, not even one without attributes, and none lets markup through."""
    inner = {"type": "text", "text": "<script>"}
    node = {"type": kind, "text": "<script>", "content": [inner], "attrs": {"text": "<script>", "url": "<script>"}}
    for one in (node, {"type": kind}):
        assert "<script" not in adf_html({"type": "doc", "content": [one]})


def test_adf_is_drawn_as_jira_shows_it() -> None:
    """Headings, marks, links and panels become what they are in HTML."""
    bold = {"type": "text", "text": "bold", "marks": [{"type": "strong"}, {"type": "em"}]}
    link = {"type": "text", "text": "go", "marks": [{"type": "link", "attrs": {"href": "https://example.com"}}]}
    panel = {"type": "panel", "attrs": {"panelType": "warning"}, "content": [{"type": "paragraph", "content": [bold]}]}
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [link]}
    found = read(adf_html({"type": "doc", "content": [heading, panel]}))
    assert [tag for tag, _ in found.elements] == ["h4", "a", "div", "p", "em", "strong"]
    assert found.words == "gobold"
    assert found.elements[2][1]["aria-label"] == "Warning"


def test_asana_text_is_drawn_as_asana_shows_it() -> None:
    """Headings step down below the task's name; mentions are marked; text is text."""
    body = '<body><h1>Top &lt;b&gt;</h1>a<ul><li>one</li></ul><a data-asana-gid="1" href="https://example.com">@Mara</a></body>'
    found = read(asana_html(body))
    assert [tag for tag, _ in found.elements] == ["h3", "ul", "li", "a"]
    assert found.elements[3][1]["class"] == "mention"
    assert found.words == "Top <b>aone@Mara"


@pytest.mark.parametrize("name", [name for name, *_ in CHOICES])
def test_choice_of_the_strip_is_recognised_again(name: str) -> None:
    """The strip shows the fault that it switched on, for that tracker only."""
    fault = fault_of("jira", name)
    assert fault is not None
    assert state_of([fault], "jira") == name
    assert state_of([fault], "asana") == ""
    assert fault_of("jira", "") is None
