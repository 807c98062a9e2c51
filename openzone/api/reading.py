"""Reading settings: a TOML file, under the environment, under the command line.

A secret may stand in a file of its own, named by `NAME_file` or `OPENZONE_NAME_FILE`. A name that
is no setting is refused, so that a misspelt one is never ignored.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from openzone.api.settings import SECRETS, Settings, beside
from openzone.errors import Fault, OpenZoneError, nearest

PREFIX, FILE = "OPENZONE_", "_file"
SETTINGS_FILE = "OPENZONE_SETTINGS"
# What other parts of the program read; docs/operate/settings.md tells of them.
OTHERS = frozenset({
    "OPENZONE_CACHE", "OPENZONE_TODAY", "OPENZONE_LANG", "OPENZONE_CI", "OPENZONE_SOAK",
    "OPENZONE_POSTGRES", "OPENZONE_BENCH_DATA", "OPENZONE_SNAPSHOTS", "OPENZONE_API_KEY",
    SETTINGS_FILE,
})  # fmt: skip
SECRET_BYTES_MAX = 64 * 1024
NAMES = frozenset(Settings.model_fields)


class SettingsError(OpenZoneError):
    """Settings that are refused, all of their faults at once."""


def settings(
    file: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> Settings:
    """The settings of a service: those of `file`, under `environ`, under those that are `given`.

    `environ` may name the file (OPENZONE_SETTINGS). Raises SettingsError.
    """
    environ = environ or {}
    faults: list[Fault] = []
    path = file or environ.get(SETTINGS_FILE) or None
    held = _resolved(_of_file(Path(path)) if path else {}, str(path or ""), str, faults)
    held |= _resolved(_of_environment(environ), "", _variable, faults)
    held |= dict(given or {})
    if faults:
        raise SettingsError(faults)
    try:
        return Settings(**held)
    except ValidationError as error:
        raise SettingsError(_told(error, held)) from None


def _of_file(path: Path) -> dict[str, Any]:
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            Fault("unreadable", f"the settings cannot be read: {said}", file=str(path),
                  expected="TOML: a line `name = value` for each setting")
        ) from None  # fmt: skip
    return held


def _of_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name not in OTHERS
    }


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _resolved(
    held: Mapping[str, Any], file: str, written: Any, faults: list[Fault]
) -> dict[str, Any]:
    """What is set, with secrets read from their files; `written`: how a name stands there."""
    found: dict[str, Any] = {}
    for name, value in held.items():
        secret = name.removesuffix(FILE)
        if name in NAMES:
            found[name] = value
        elif name.endswith(FILE) and secret in SECRETS:
            if secret in held:
                faults.append(
                    Fault("contradiction", f"{written(secret)} is set too", file=file,
                          field=written(name), expected="one of the two")
                )  # fmt: skip
                continue
            try:
                found[secret] = _secret(Path(str(value)))
            except SettingsError as error:
                faults += error.faults
        else:
            known = {*NAMES, *(one + FILE for one in SECRETS)}
            near = nearest(name, known)
            told = near.replace(f"'{_named(near)}'", f"'{written(_named(near))}'") if near else ""
            faults.append(
                Fault("unknown_field", "this is no setting of the service", file=file,
                      field=written(name), next=told or "docs/reference/settings.md lists them")
            )  # fmt: skip
    return found


def _named(said: str) -> str:
    return said.partition("'")[2].partition("'")[0]


def _secret(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            text = stream.read(SECRET_BYTES_MAX).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(
            Fault("unreadable", f"the secret cannot be read: {said}", file=str(path))
        ) from None
    if not text:
        raise SettingsError(Fault("missing_field", "the file of a secret is empty", file=str(path)))
    return text


def _told(error: ValidationError, held: Mapping[str, Any]) -> list[Fault]:
    """The faults that pydantic found, without the values of secrets."""
    faults = []
    for one in error.errors(include_url=False, include_context=False):
        name = str(one["loc"][0]) if one["loc"] else ""
        unit = beside(name).get("unit", "") if name in NAMES else ""
        said = one["msg"].removeprefix("Value error, ")
        faults.append(
            Fault("wrong_value", said[:1].lower() + said[1:], field=name,
                  seen=None if name in SECRETS else held.get(name), expected=str(unit))
        )  # fmt: skip
    return faults
