"""One form for equal content; what has none is refused, with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.errors import OpenZoneError
from openzone.store.canonical import DEPTH_MAX, INT_MAX, CanonicalError, canonical_json, sha256

WORDS = st.text(st.characters(codec="utf-8"))
CONTENT = st.recursive(
    st.none() | st.booleans() | st.integers(-INT_MAX, INT_MAX) | WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
    max_leaves=20,
)


@given(CONTENT)
def test_what_was_written_reads_as_it_was_and_is_written_the_same_again(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(WORDS, st.integers(-9, 9)))
def test_the_order_of_keys_does_not_matter(value):
    backwards = dict(reversed(value.items()))
    assert canonical_json(backwards) == canonical_json(value)


@given(CONTENT, CONTENT)
def test_other_content_has_another_form(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical_json(one) == canonical_json(other)) == same


def test_the_form_is_this_one():
    value = {"b": [1, True, None], "a": {"钱": "0.49", "A": "\u2028\x00"}}
    assert canonical_json(value) == '{"a":{"A":"\u2028\\u0000","钱":"0.49"},"b":[1,true,null]}'
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256("abc") == known


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [1, 0.5]}, "$.a[1]"),
        ({"a": float("nan")}, "$.a"),
        ({"a": {"b": 2**53}}, "$.a.b"),
        ({"a": -(2**53)}, "$.a"),
        ({1: "a"}, "$"),
        ({"a": b"bytes"}, "$.a"),
        ({"a": {1, 2}}, "$.a"),
        ({"a": "\ud800"}, "$"),
    ],
)
def test_what_has_no_form_is_refused_with_its_place(value, place):
    with pytest.raises(CanonicalError) as caught:
        canonical_json(value)
    assert caught.value.faults[0].field == place
    assert isinstance(caught.value, OpenZoneError)


def test_content_that_is_too_deep_is_refused_and_not_followed():
    def nested(depth):
        value: object = "x"
        for _ in range(depth):
            value = [value]
        return value

    assert canonical_json(nested(DEPTH_MAX)).startswith("[[[")
    with pytest.raises(CanonicalError):
        canonical_json(nested(DEPTH_MAX + 1))
    with pytest.raises(CanonicalError):
        canonical_json(nested(100_000))
