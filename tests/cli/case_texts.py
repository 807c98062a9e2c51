"""What the tests of case input read with: a good case, and how a text is read or refused."""

import io
from decimal import Decimal

import pytest

from openzone.cli.case_input import cases_of
from openzone.rulebook.reading import ReadError

GOOD = '{"id": "a", "regime": "capital", "activity": "auto.passenger", "foreign_share": 0.66}'
CASE = {
    "id": "a",
    "regime": "capital",
    "activity": "auto.passenger",
    "foreign_share": Decimal("0.66"),
}


def read(text, suffix=""):
    data = text if isinstance(text, bytes) else text.encode()
    return list(cases_of(io.BytesIO(data), "cases", suffix))


def refused_whole(text, suffix=""):
    with pytest.raises(ReadError) as caught:
        read(text, suffix)
    assert caught.value.faults[0].file == "cases"
    return caught.value.faults[0]


def only_fault(found):
    (fault,) = [one.fault for one in found if one.fault]
    assert fault.file == "cases"
    return fault


class Made(io.RawIOBase):
    """A stream of bytes that are made when they are read."""

    def __init__(self, pieces):
        self.pieces = iter(pieces)
        self.rest = b""

    def readable(self):
        return True

    def readinto(self, buffer):
        self.rest = self.rest or next(self.pieces, b"")
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size
