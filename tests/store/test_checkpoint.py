"""Signed checkpoints: what was signed reads as it was, and nothing else does."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.store.checkpoint import Checkpoint, CheckpointError, SigningKey, Verifier, read_note

KEY = SigningKey("zone.example", bytes(range(32)))
ONE = Checkpoint("openzone/0011223344556677", 12, "ab" * 32, "cd" * 32,
                 "2026-11-23T08:00:00.000000Z")  # fmt: skip
NOTE = KEY.signed(ONE)


def test_a_checkpoint_is_a_signed_note_in_plain_lines():
    lines = NOTE.split("\n")
    root = base64.b64encode(b"\xab" * 32).decode()
    assert lines[:6] == [ONE.origin, "12", root, f"head {ONE.head}", f"time {ONE.time}", ""]
    assert lines[6].startswith("— zone.example ")
    assert lines[7:] == [""]


def test_what_was_signed_opens_with_the_public_key():
    assert KEY.verifier().opened(NOTE) == ONE
    assert read_note(NOTE) == (ONE.text(), ONE)


def test_the_signature_is_that_of_ed25519_and_the_mark_that_of_signed_notes():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    held = base64.b64decode(NOTE.rstrip("\n").rsplit(" ", 1)[1])
    assert held == KEY.verifier().mark + key.sign(ONE.text().encode())


# From the documentation of Go's package golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"


def test_keys_are_those_that_other_programs_read():
    assert Verifier.read(GO_KEY).text() == GO_KEY
    assert SigningKey.read(GO_SECRET).secret() == GO_SECRET
    assert SigningKey.read(GO_SECRET).verifier() == Verifier.read(GO_KEY)


@given(st.binary(min_size=32, max_size=32))
def test_every_key_reads_as_it_was_written(secret):
    key = SigningKey("zone.example", secret)
    again = SigningKey.read(key.secret() + "\n")
    assert again.verifier() == key.verifier() == Verifier.read(key.verifier().text())
    assert again.verifier().opened(key.signed(ONE)) == ONE


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="ascii"))
def test_no_altered_sign_goes_unseen(place, sign):
    altered = NOTE[:place] + sign + NOTE[place + 1 :]
    if altered == NOTE:
        return
    try:
        assert KEY.verifier().opened(altered) == ONE
    except CheckpointError:
        return
    assert altered.partition("\n\n")[0] == NOTE.partition("\n\n")[0]


@given(st.integers(0, len(NOTE) - 2))
def test_a_note_that_is_cut_off_does_not_open(length):
    with pytest.raises(CheckpointError):
        KEY.verifier().opened(NOTE[:length])


def test_another_key_does_not_open_it():
    other = SigningKey("zone.example", bytes(32)).verifier()
    with pytest.raises(CheckpointError, match="no signature of this key"):
        other.opened(NOTE)
    renamed = SigningKey("other.example", bytes(range(32))).verifier()
    with pytest.raises(CheckpointError, match="no signature of this key"):
        renamed.opened(NOTE)


def test_a_note_may_bear_signatures_of_others_too():
    witness = SigningKey("witness.example", bytes(32))
    both = NOTE + witness.signed(ONE).partition("\n\n")[2]
    assert KEY.verifier().opened(both) == witness.verifier().opened(both) == ONE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one line\n",
        NOTE.replace("\n12\n", "\n-12\n"),
        NOTE.replace("\n12\n", "\n1_2\n"),
        NOTE.replace("\n12\n", "\n012\n"),
        NOTE.replace("head cd", "head zz"),
        NOTE.replace("head ", "haed "),
        NOTE.replace("time ", "tmie "),
        NOTE.replace("q6ur", "q6u*"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(CheckpointError, match="no checkpoint"):
        read_note(text)


BENT = (GO_KEY[:-4], GO_KEY.replace("c7", "c8"), GO_KEY.replace("Peter", "Paul"),
        GO_KEY.replace("+AR", "+BR"))  # fmt: skip


@pytest.mark.parametrize("text", ["", "a", "a+b", "a+b+c", *BENT])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(CheckpointError):
        Verifier.read(text)
    with pytest.raises(CheckpointError):
        SigningKey.read(text)
    with pytest.raises(CheckpointError):
        SigningKey.read("PRIVATE+KEY+" + text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_a_note_cannot_hold_is_refused(name):
    with pytest.raises(CheckpointError, match="no name of a key"):
        SigningKey.made(name)
