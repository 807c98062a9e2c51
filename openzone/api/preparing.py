"""What a service needs before it answers: an address, a folder, a store, a key, a book."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path

import structlog

from openzone.api.serving import BACKLOG
from openzone.api.settings import Settings
from openzone.errors import Fault, OpenZoneError
from openzone.store.checkpoint import SigningKey
from openzone.store.files import ONLY_OWNER, appearing, read_text
from openzone.store.store import Store

FOLDER_MODE = 0o700
OTHERS = stat.S_IRWXO
GROUP = stat.S_IRWXG
log = structlog.get_logger("openzone.preparing")


class ServeError(OpenZoneError):
    """The service cannot start."""


def refuse_open(settings: Settings) -> None:
    """Refuse to be reached by others without TLS in front. Raises ServeError."""
    if settings.local or settings.public_url.startswith("https://") or settings.behind_proxy:
        return
    raise ServeError(
        Fault("not_local", "others could read passwords and sessions on their way", field="host",
              seen=settings.host, expected="127.0.0.1, or a proxy with TLS in front",
              next="give --public-url https://NAME, or --behind-proxy where only a proxy reaches "
              "this address")
    )  # fmt: skip


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens: callers wait from now on. Raises ServeError."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
    except OSError as error:
        raise _no_address(host, port, error) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _no_address(host, port, error) from None
    return listener


def _no_address(host: str, port: int, error: OSError) -> ServeError:
    said = {
        errno.EADDRINUSE: ("another program listens on this port",
                           "give another --port, or stop the other program"),
        errno.EADDRNOTAVAIL: ("this address is none of this machine", "give another --host"),
        errno.EACCES: ("this port needs rights that the service should not have",
                       "give a --port above 1023, and put a proxy in front"),
    }  # fmt: skip
    message, next_ = said.get(error.errno or 0, (error.strerror or str(error), "give another host"))
    return ServeError(Fault("port_taken", message, seen=f"{host}:{port}", next=next_))


def data_folder(path: Path) -> None:
    """Make the folder of the service, for its owner alone. Raises ServeError."""
    try:
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise ServeError(
            Fault("unreadable", "the folder of the service cannot be made", field="data",
                  seen=error.strerror, file=str(path), next="give another --data")
        ) from None  # fmt: skip
    if mode & (OTHERS | GROUP):
        log.warning("others may enter the data folder", mode=f"{mode:o}", next="chmod 700")


def signing_key(path: Path, store: Store) -> SigningKey:
    """The key that signs checkpoints; a new one where there is none. Raises OpenZoneError."""
    if not path.exists():
        made = SigningKey.made(f"openzone/{store.id}")
        try:
            with appearing(path, ONLY_OWNER) as stream:
                stream.write(made.secret().encode() + b"\n")
        except OpenZoneError:
            if not path.exists():  # else another process was quicker, and its key counts
                raise
    if stat.S_IMODE(path.stat().st_mode) & OTHERS:
        raise ServeError(
            Fault("wrong_value", "everybody on this machine can read the signing key",
                  field="signing_key", file=str(path), next=f"chmod 600 {path}")
        )  # fmt: skip
    return SigningKey.read(read_text(path))


def address(settings: Settings, listener: socket.socket) -> str:
    """The address to open: the public one, else the one that the socket listens on."""
    if settings.public_url:
        return settings.public_url
    port = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"


def private_files() -> None:
    """From now on, files of this process are for its owner alone."""
    os.umask(0o077)
