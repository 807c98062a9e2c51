"""Passwords: argon2 hashes, one-time passwords, and what a password must be."""

from __future__ import annotations

import functools
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from openzone.errors import Fault
from openzone.office.acts import PeopleError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id with the least costs that OWASP recommends for many sign-ins at once (2023)."""
AT_ONCE = threading.BoundedSemaphore(4)
"""Hashing takes 19 MiB each time: so many at once, the others wait."""

CHARACTERS_MIN = 12
CHARACTERS_MAX = 256
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
GROUPS, GROUP = 5, 5


def one_time() -> str:
    """A new password of 125 random bits, to be typed: no letter looks like another."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def hash_of(password: str) -> str:
    """The argon2 hash of a password, with its salt and costs."""
    with AT_ONCE:
        return HASHER.hash(_normal(password))


def fits(password: str, stored: str | None) -> bool:
    """Whether a password is that of a stored hash. Without one, as much work is done, for nothing.

    So the time does not tell whether there is such a user.
    """
    try:
        with AT_ONCE:
            HASHER.verify(stored or _nobodys(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether a hash was made with other costs than those of today."""
    return HASHER.check_needs_rehash(stored)


def check_new(password: str, login: str, old: str = "") -> None:
    """Refuse a password that is too short, too long, the old one, or about the login itself."""
    fault = _fault(_normal(password), _normal(login).casefold(), _normal(old))
    if fault:
        raise PeopleError(
            Fault("wrong_value", fault, field="password",
                  expected=f"{CHARACTERS_MIN} to {CHARACTERS_MAX} characters that others do not "
                  "guess, not the old password, without the login")
        )  # fmt: skip


def _fault(password: str, login: str, old: str) -> str:
    if len(password) < CHARACTERS_MIN:
        return "the password is too short"
    if len(password) > CHARACTERS_MAX:
        return "the password is too long"
    if len(set(password)) < CHARACTERS_MIN // 2:
        return "the password repeats a few characters"
    if login and login in password.casefold():
        return "the password holds the login"
    if password == old:
        return "the password is the old one"
    return ""


def _normal(text: str) -> str:
    """The same password from any keyboard. Half a character has no bytes: it is replaced."""
    return unicodedata.normalize("NFKC", text).encode("utf-8", "replace").decode()


@functools.cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_hex(16))
