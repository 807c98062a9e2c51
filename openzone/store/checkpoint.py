"""A checkpoint: how many events the journal held and their Merkle root, signed with Ed25519.

It is a *signed note* as transparency logs exchange it (C2SP tlog-checkpoint): lines of text, an
empty line, a signature line. Kept by somebody else, it shows a past that was written anew, which
the chain of hashes alone does not: its keeper could hash everything again.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization import PublicFormat as Public

from openzone.errors import Fault, OpenZoneError

ED25519 = b"\x01"
DASH = "\N{EM DASH} "
LINES_MIN = 3
SECRET = "PRIVATE+KEY+"
NAME = re.compile(r"[^\s+]{1,200}")
COUNT = re.compile(r"0|[1-9][0-9]{0,17}")
HASH = re.compile(r"[0-9a-f]{64}")
HEAD, TIME = "head ", "time "


class CheckpointError(OpenZoneError):
    """A checkpoint that is not well formed, or whose signature does not hold."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a journal held: `root` and `head` in hexadecimal, `time` in UTC. `origin` names it."""

    origin: str
    count: int
    root: str
    head: str
    time: str

    def text(self) -> str:
        """The lines that are signed."""
        root = base64.b64encode(bytes.fromhex(self.root)).decode()
        lines = (self.origin, str(self.count), root, HEAD + self.head, TIME + self.time)
        return "".join(line + "\n" for line in lines)


class SigningKey:
    """The key that signs checkpoints. It stays with the service; `verifier` is handed out."""

    def __init__(self, name: str, secret: bytes) -> None:
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @classmethod
    def made(cls, name: str) -> SigningKey:
        """A new key. The name holds no space and no `+`; it stands in every signature."""
        if not NAME.fullmatch(name):
            raise CheckpointError(
                Fault("wrong_value", "this is no name of a key", field="name", seen=name,
                      expected="some signs, no space and no '+' among them")
            )  # fmt: skip
        key = Ed25519PrivateKey.generate()
        return cls(name, key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))

    def secret(self) -> str:
        """The secret half as signed notes write it, for a file that only the service can read."""
        raw = self._key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        held = base64.b64encode(ED25519 + raw).decode()
        return f"{SECRET}{self.name}+{self.verifier().mark.hex()}+{held}"

    @classmethod
    def read(cls, text: str) -> SigningKey:
        """The key that `secret` wrote. Raises CheckpointError."""
        try:
            if not text.startswith(SECRET):
                raise ValueError("not secret")
            name, mark, raw = _key_parts(text.removeprefix(SECRET))
            found = cls(name, raw)
            if found.verifier().mark != mark:
                raise ValueError("not its mark")
            return found
        except ValueError:
            raise CheckpointError(
                Fault("wrong_value", "this is no signing key of a journal", field="key",
                      expected="the file that openzone journal key made")
            ) from None  # fmt: skip

    def verifier(self) -> Verifier:
        """The half that anyone may hold."""
        return Verifier(self.name, self._key.public_key().public_bytes(Encoding.Raw, Public.Raw))

    def signed(self, checkpoint: Checkpoint) -> str:
        """The signed note of a checkpoint."""
        text = checkpoint.text()
        signature = self.verifier().mark + self._key.sign(text.encode())
        return f"{text}\n{DASH}{self.name} {base64.b64encode(signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a key, by which anyone checks a signed note."""

    name: str
    public: bytes

    @property
    def mark(self) -> bytes:
        """The four bytes by which a signature names its key."""
        content = self.name.encode() + b"\n" + ED25519 + self.public
        return hashlib.sha256(content).digest()[:4]

    def text(self) -> str:
        """The key as text: name, mark and key, as signed notes write it."""
        held = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.mark.hex()}+{held}"

    @classmethod
    def read(cls, text: str) -> Verifier:
        """The key that `text` wrote. Raises CheckpointError."""
        try:
            name, mark, raw = _key_parts(text)
            Ed25519PublicKey.from_public_bytes(raw)
            found = cls(name, raw)
            if found.mark != mark:
                raise ValueError("not its mark")
        except ValueError:
            raise CheckpointError(
                Fault("wrong_value", "this is no public key of a journal", field="key",
                      seen=text.strip(), expected="name+mark+key, as the service prints it")
            ) from None  # fmt: skip
        return found

    def opened(self, note: str, file: str = "") -> Checkpoint:
        """The checkpoint of a signed note. Raises CheckpointError where the signature fails."""
        text, checkpoint = read_note(note, file)
        marked = [one for one in _signatures(note) if one[:4] == self.mark]
        if not marked:
            raise _fault("no signature of this key stands under the checkpoint", file,
                         "the checkpoint and the public key of one journal")  # fmt: skip
        key = Ed25519PublicKey.from_public_bytes(self.public)
        for one in marked:
            try:
                key.verify(one[4:], text.encode())
            except InvalidSignature:
                raise _fault("the signature does not hold: the checkpoint was altered", file,
                             "the note as it was signed") from None  # fmt: skip
        return checkpoint


def read_note(note: str, file: str = "") -> tuple[str, Checkpoint]:
    """The signed text of a note and what it says, unverified. Raises CheckpointError."""
    text, gap, _ = note.partition("\n\n")
    lines = text.split("\n")
    told = dict(line.split(" ", 1) for line in lines[LINES_MIN:] if " " in line)
    try:
        if not gap or len(lines) < LINES_MIN:
            raise ValueError(text)
        root = base64.b64decode(lines[2], validate=True).hex()
        last, time = told[HEAD.strip()], told[TIME.strip()]
        if not (COUNT.fullmatch(lines[1]) and HASH.fullmatch(root) and HASH.fullmatch(last)):
            raise ValueError(text)
        found = Checkpoint(lines[0], int(lines[1]), root, last, time)
    except (KeyError, ValueError):
        raise _fault("this is no checkpoint of a journal", file,
                     "origin, count, root, head and time, a line each") from None  # fmt: skip
    return text + "\n", found


def _key_parts(text: str) -> tuple[str, bytes, bytes]:
    """Name, mark and raw key of a key as text. Raises ValueError."""
    name, mark, held = text.strip().split("+", 2)
    raw = base64.b64decode(held, validate=True)
    if not NAME.fullmatch(name) or raw[:1] != ED25519:
        raise ValueError(name)
    return name, bytes.fromhex(mark), raw[1:]


def _signatures(note: str) -> list[bytes]:
    found = []
    for line in note.partition("\n\n")[2].splitlines():
        if line.startswith(DASH):
            try:
                found.append(base64.b64decode(line.rsplit(" ", 1)[-1], validate=True))
            except ValueError:
                continue
    return found


def _fault(message: str, file: str, expected: str) -> CheckpointError:
    return CheckpointError(Fault("wrong_value", message, file=file, expected=expected))
