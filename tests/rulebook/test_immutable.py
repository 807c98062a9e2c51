"""Nothing in a loaded book can be changed, however deep it lies."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import pytest

from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.classification import Classification, Vocabulary
from openzone.rulebook.territories import Territories
from tests.rulebook.bench import TINY

PARTS = [name for name in Book.__slots__ if not name.startswith("_")]
PLAIN = (str, bytes, int, bool, type(None), Decimal, dt.date)
TREES = (Classification, Vocabulary, Territories)


@pytest.fixture(scope="module", params=["cn", TINY], ids=["cn", "tiny"])
def book(request):
    return load_book(request.param)


def reachable(value, path):
    """Every value that can be reached from a part of the book, with its path."""
    yield value, path
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from reachable(item, f"{path}[{key!r}]")
        if isinstance(value, Classification):
            for name in ("id", "title", "edition", "in_force", "evidence", "notes"):
                yield from reachable(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, (tuple, frozenset)):
        for index, item in enumerate(value):
            yield from reachable(item, f"{path}[{index}]")
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from reachable(getattr(value, field.name), f"{path}.{field.name}")


def is_frozen(kind):
    return kind.__dataclass_params__.frozen


def test_only_immutable_kinds_can_be_reached(book):
    kinds = (*PLAIN, *TREES, tuple, frozenset, MappingProxyType)
    wrong = {
        path: type(value).__name__
        for part in PARTS
        for value, path in reachable(getattr(book, part), part)
        if not isinstance(value, kinds)
        and not (dataclasses.is_dataclass(value) and is_frozen(type(value)))
    }
    assert not wrong, dict(list(wrong.items())[:10])


@pytest.mark.parametrize("part", [*PARTS, "other"])
def test_no_part_of_a_book_can_be_set_or_removed(book, part):
    with pytest.raises(AttributeError, match="immutable"):
        setattr(book, part, None)
    with pytest.raises(AttributeError, match="immutable"):
        delattr(book, part)


@pytest.mark.parametrize("part", PARTS)
def test_no_entry_can_be_put_in_or_taken_out(book, part):
    held = getattr(book, part)
    if part in ("info", "hash", "rows"):  # no mappings
        return
    with pytest.raises(TypeError):
        held["new"] = 1
    with pytest.raises(TypeError):
        del held["new"]


def test_no_field_of_an_entry_can_be_set(book):
    seen = set()
    for part in PARTS:
        for value, _ in reachable(getattr(book, part), part):
            kind = type(value)
            if dataclasses.is_dataclass(value) and kind not in seen:
                seen.add(kind)
                for field in dataclasses.fields(value):
                    with pytest.raises(AttributeError):
                        setattr(value, field.name, None)
    assert len(seen) > 10
