"""Hypothesis strategies for documents and for texts that have broken somebody's escaping before."""

import os

from hypothesis import strategies as st

from adapters.document import (
    Block,
    Break,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Link,
    ListItem,
    Mark,
    Mention,
    Opaque,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Text,
    normalise,
)

LONG = os.environ.get("DEVREQUEST_CHAOS_LONG") == "1"


def examples(count: int) -> int:
    """How many a property is tried with: a few in each run, which draws others, and many in `make chaos`."""
    return 20 * count if LONG else count


HOSTILE = (
    "<!channel> <!here> <@U0EXAMPLE> <#C0EXAMPLE|general>",
    "<https://evil.example|https://bank.example>",
    '<a data-asana-gid="1">@everybody</a><body></h1>&amp;&lt;]]><!-- -->',
    '"; DROP TABLE issue; -- \' OR labels = "x"',
    'project = WEB AND summary ~ "\\"quoted\\"" ORDER BY created',
    "h1. Heading {code}x{code} {color:red}y{color} [link|https://example.com] !image.png! ||table|| -strike- ~user",
    "# Heading\n\n* **bold** _em_ `code` [x](https://example.com)\n> quote\n```\nfence\n```",
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "\U0001f469\u200d\U0001f4bb \U0001f1e9\U0001f1ea e\u0301 \u00e9 \ufb01 \u2028 \u2029 \u0085 end",
    "non\u00a0breaking\u00a0space, thin\u2009space, zero\u200bwidth, \ufeffmark",
    "tab\there, bell\x07, null\x00, escape\x1b[31m, \ud800 lone, \ufffe none",
    "line one\r\nline two\rline three\nline four",
    "{{ template }} ${variable} %(format)s {0}",
    "Request devreq-V0OTHER · from Somebody Else · Slack: https://example.com",
    ":smile: :not_an_emoji: @channel #general",
)
"""Texts that mean something to a vendor, to XML, to a query language or to a terminal."""

_TROUBLE = (
    "\x00\x07\x0b\x1b\r\n\t \xa0\u2028\u202e\u200b\ufeff\ud800\udfff\ufffe<>&\"'*_`[]{}|~\\·:!#-+=@%$éß\U0001f642"
)
MARKS: tuple[Mark, ...] = ("strong", "em", "underline", "strike", "code")

characters = st.one_of(st.sampled_from(_TROUBLE), st.characters())
texts = st.one_of(st.sampled_from(HOSTILE), st.text(characters, max_size=20))
"""Any text, much of it nasty."""
lines = texts.map(lambda text: " ".join(text.split()))
hrefs = st.one_of(
    st.sampled_from(
        (
            "https://example.com/a?b=c&d=%22#e",
            "http://127.0.0.1:8080/x",
            "mailto:mara@example.com",
            "javascript:alert(1)",
            "no scheme",
            "",
            'https://example.com/"><b>',
            "https://example.com/\u00e9\u4e2d",
        )
    ),
    texts,
)
marks = st.frozensets(st.sampled_from(MARKS), max_size=3)
runs = st.builds(Text, texts, marks)
mentions = st.builds(Mention, texts, st.from_regex(r"[0-9]{1,8}", fullmatch=True) | st.just(""))


def inlines(opaque: st.SearchStrategy[Opaque] | None = None) -> st.SearchStrategy[Inline]:
    """Parts of running text; with `opaque` also parts of a vendor that we do not model."""
    links = st.builds(Link, hrefs, st.lists(runs, max_size=3).map(tuple))
    found = st.one_of(runs, st.builds(Break), links, mentions)
    return found if opaque is None else st.one_of(found, opaque)


def raw_documents(
    opaque_blocks: st.SearchStrategy[Opaque] | None = None, opaque_inlines: st.SearchStrategy[Opaque] | None = None
) -> st.SearchStrategy[Document]:
    """Documents as careless code might make them.

    Args:
        opaque_blocks: nodes of a vendor between the blocks.
        opaque_inlines: nodes of a vendor inside running text.
    """
    content = st.lists(inlines(opaque_inlines), max_size=4).map(tuple)
    paragraphs = st.builds(Paragraph, content)
    items = st.recursive(
        st.builds(ListItem, content),
        lambda inner: st.builds(
            ListItem,
            content,
            st.lists(
                st.one_of(
                    st.builds(BulletList, st.lists(inner, max_size=2).map(tuple)),
                    st.builds(OrderedList, st.lists(inner, max_size=2).map(tuple)),
                ),
                max_size=2,
            ).map(tuple),
        ),
        max_leaves=4,
    )
    blocks: st.SearchStrategy[Block] = st.one_of(
        paragraphs,
        st.builds(Heading, content, st.integers(0, 7)),
        st.builds(BulletList, st.lists(items, max_size=3).map(tuple)),
        st.builds(OrderedList, st.lists(items, max_size=3).map(tuple)),
        st.builds(CodeBlock, texts),
        st.builds(Quote, st.lists(paragraphs, max_size=3).map(tuple)),
        st.builds(Rule),
    )
    if opaque_blocks is not None:
        blocks = st.one_of(blocks, opaque_blocks)
    return st.builds(Document, st.lists(blocks, max_size=5).map(tuple))


def documents(
    opaque_blocks: st.SearchStrategy[Opaque] | None = None, opaque_inlines: st.SearchStrategy[Opaque] | None = None
) -> st.SearchStrategy[Document]:
    """Documents in the normal form; arguments as for `raw_documents`."""
    return raw_documents(opaque_blocks, opaque_inlines).map(normalise)
