"""The labels of checkboxes as a ticket shows them: in an issue form they are Markdown, such as a link to read first.

Answers, conditions and custom fields know an option by its label as it stands in the template.
(https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema#attributes-for-checkboxes)
"""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from adapters.document import Inline, Link, Mark, Paragraph, Text, document, plain
from bot.domain.markdown_inline import Mark as Emphasis, Run, runs
from bot.domain.template import Field

_MARKS: Mapping[Emphasis, Mark] = {"bold": "strong", "italic": "em", "strike": "strike", "code": "code"}


def shown_options(field: Field) -> Mapping[str, tuple[Inline, ...]]:
    """Label → what a ticket shows for it; the options of dropdowns are no Markdown, and shown as they are."""
    return shown_labels(field.option_labels) if field.type == "checkboxes" else {}


@lru_cache(maxsize=512)
def shown_labels(labels: tuple[str, ...]) -> Mapping[str, tuple[Inline, ...]]:
    """Label → how it is shown, for those of the labels that are Markdown.

    What shows nothing, or what another label shows as well, stays as it stands: it must be told from the others.
    """
    made = {label: _inlines(label) for label in labels}
    count = Counter(plain(content) for content in made.values())
    return {label: content for label, content in made.items() if content and count[plain(content)] == 1}


def _inlines(label: str) -> tuple[Inline, ...]:
    blocks = document(Paragraph(tuple(_inline(run) for run in runs(" ".join(label.split()), {})))).blocks
    return blocks[0].content if len(blocks) == 1 and isinstance(blocks[0], Paragraph) else ()


def _inline(run: Run) -> Inline:
    text = Text(run.text, frozenset(_MARKS[mark] for mark in run.marks))
    return Link(run.url, (text,)) if run.url else text
