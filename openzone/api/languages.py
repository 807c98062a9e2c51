"""The language of an answer: asked by `lang`, else by the header Accept-Language."""

from __future__ import annotations

from starlette.requests import Request

LANGUAGES = ("zh", "en")
DEFAULT = "en"


def language(request: Request) -> str:
    """The language a request asks for."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else accepted(request.headers.get("accept-language", ""))


def accepted(header: str) -> str:
    """The language that a header prefers among ours; English where it names none."""
    best, weight = DEFAULT, 0.0
    for part in header[:400].split(","):
        tag, _, parameter = part.partition(";")
        name = tag.strip().lower().partition("-")[0]
        if name not in LANGUAGES:
            continue
        try:
            worth = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if worth > weight:
            best, weight = name, worth
    return best
