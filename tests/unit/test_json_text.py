"""What a vendor answers is read as Python's own JSON reads it, whatever stands in it."""

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from adapters.json_text import parsed

ANYTHING = st.text(st.characters() | st.sampled_from("\ud800\udfff\x00"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANYTHING,
    lambda inner: st.lists(inner) | st.dictionaries(ANYTHING, inner),
)


@given(VALUES)
def test_it_is_what_was_written(value: Any) -> None:
    """As text and as bytes; numbers of any size, halves of characters and infinity as well."""
    text = json.dumps(value)
    assert parsed(text) == parsed(text.encode()) == value


@pytest.mark.parametrize("depth", [150, 600])
def test_depth_is_no_matter(depth: int) -> None:
    """A description may have lists in lists; the fast way gives up at two hundred."""
    assert parsed(b"[" * depth + b"]" * depth) == json.loads("[" * depth + "]" * depth)


def test_other_encodings_are_told_as_ever() -> None:
    """Some proxies put a mark before the text, or send it in UTF-16."""
    assert parsed(json.dumps({"a": "ü"}).encode("utf-16")) == {"a": "ü"}
    assert parsed(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":', b'{"a": 1} and more', b"\xff\xfe"])
def test_what_is_no_json_is_an_error(body: bytes) -> None:
    """A page of a proxy, and an answer that was cut off."""
    with pytest.raises(ValueError, match=r"."):
        parsed(body)
