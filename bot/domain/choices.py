"""What a section says whose answer is one of some options: a box without a tick and struck-through words say nothing.

People leave the options standing and tick one (`- [ ] Yes`, `- [x] No`), strike out what does not hold (`-Yes- No`), or
leave the template's own line as it was (`Yes / No`): what is only offered was chosen by nobody.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from adapters.document import plain
from bot.domain.option_texts import shown_labels
from bot.domain.section_names import name_key
from bot.domain.section_text import STRUCK
from bot.domain.template import Field

_BOX = re.compile(r"\[(?P<mark>[ xX✓✔]?)\](?=\s|\Z)|(?P<sign>[☐☑☒✅⬜])\ufe0f?")
_OPEN = frozenset({"", " ", "☐", "⬜"})
_STRUCK = re.compile(
    f"{STRUCK}[^{STRUCK}]*{STRUCK}|~~(?=\\S)[^~\n]*~~|(?<![\\w-])-(?=[^\\s-])[^-\n]*(?<=\\S)-(?![\\w-])"
)
_STRIKES = (STRUCK, "~~", "-")
"""One of these stands in each line of which something is struck through."""
_WORD = re.compile(r"[^\W_]")
_TAIL = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\W*$")
_OPTIONS_MOST = 300
"""Characters of a line that may be nothing but options."""
_BETWEEN = frozenset({"or", "and", "oder", "und"})


def said(field: Field, lines: Iterable[str]) -> list[str]:
    """The lines without those that only offer options: what was ticked first, then what has no box.

    Args:
        field: of the template, one of the kinds with options.
        lines: of its section, in the form of `section_text` or plain.
    """
    labels = _labels(field)
    ticked: list[str] = []
    rest: list[str] = []
    for line in lines:
        if ("[" in line or not line.isascii()) and (boxes := list(_boxes(line))):
            ticked += (label for is_ticked, label in boxes if is_ticked)
        elif not any(map(line.__contains__, _STRIKES)):
            rest.append(line)
        elif (left := _STRUCK.sub(" ", line)) == line or _WORD.search(left):
            rest.append(left)
    if field.is_multiple:
        return ticked + rest
    if not ticked and len(rest) < 2 and all(name_key(line) in labels for line in rest):
        return rest  # most of them: one line with one answer
    ticked, rest = ([line for line in part if _is_clear(line, labels)] for part in (ticked, rest))
    if len(_exact(ticked or rest, labels)) < 2:
        return ticked + rest
    return [line for line in ticked + rest if name_key(line) not in labels]  # two answers to one question are none


def chosen_options(field: Field, lines: Sequence[str]) -> list[str]:
    """The options that the lines of a section choose: as a whole line, or at the start of one.

    Of a field that takes one answer it is one at most.
    """
    labels = _labels(field)
    spoken = said(field, lines)
    if not field.is_multiple and (exact := _exact(spoken, labels)):
        return exact[:1]
    chosen: list[str] = []
    for line in spoken:
        key = name_key(line)
        starts = [option for option in labels if key == option or key.startswith(f"{option} ")]
        several = _only_options(line, labels) if key not in labels else []
        chosen += several or ([labels[max(starts, key=len)]] if starts else [])
    return list(dict.fromkeys(chosen)) if field.is_multiple else chosen[:1]


def _labels(field: Field) -> dict[str, str]:
    """What an option may be written as, folded → the option: as a ticket shows it, and as it stands in the template."""
    return _named(field.option_labels, field.type == "checkboxes")


@lru_cache(maxsize=512)
def _named(options: tuple[str, ...], are_markdown: bool) -> dict[str, str]:
    shown = shown_labels(options) if are_markdown else {}
    return {name_key(plain(content)): label for label, content in shown.items()} | {
        name_key(label): label for label in options
    }


def _is_clear(line: str, labels: dict[str, str]) -> bool:
    return not line or name_key(line) in labels or len(_only_options(line, labels)) < 2


def _exact(lines: Iterable[str], labels: dict[str, str]) -> list[str]:
    """The options that are whole lines, each once."""
    return list(dict.fromkeys(labels[key] for line in lines if (key := name_key(line)) in labels))


def _boxes(line: str) -> Iterator[tuple[bool, str]]:
    """Whether a box is ticked, with the words that belong to it: those behind it, or before it if it stands last."""
    found = list(_BOX.finditer(line))
    if not found:
        return
    behind = bool(_WORD.search(line, found[-1].end()))
    if not behind and not _WORD.search(line, 0, found[0].start()):
        return
    for number, box in enumerate(found):
        if behind:
            text = line[box.end() : found[number + 1].start() if number + 1 < len(found) else len(line)]
        else:
            text = line[found[number - 1].end() if number else 0 : box.start()]
        mark = box["sign"] if box["mark"] is None else box["mark"]
        yield mark not in _OPEN, _STRUCK.sub(" ", text).strip(" \t/|,;")


def _only_options(line: str, labels: dict[str, str]) -> list[str]:
    """The options of a line that consists of options only, such as `Yes / No`."""
    if len(line) > _OPTIONS_MOST:
        return []
    words = [word for word in name_key(_TAIL.sub("", line)).split() if word not in _BETWEEN]
    longest = max((len(key.split()) for key in labels), default=0)
    named: list[str] = []
    while words:
        for size in range(min(longest, len(words)), 0, -1):
            if (label := labels.get(" ".join(words[:size]))) is not None:
                named.append(label)
                words = words[size:]
                break
        else:
            return []
    return list(dict.fromkeys(named))
