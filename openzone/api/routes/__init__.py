"""The routes, one module for each subject; a new one is one more name in ROUTERS."""

from __future__ import annotations

from importlib import import_module

from fastapi import APIRouter

ROUTERS: tuple[str, ...] = (
    "decide",
    "explain",
    "law",
    "difference",
    "measure",
    "journeys",
    "interviews",
    "regimes",
    "drafting",
    "reforms",
    "told",
    "session",
    "users",
    "keys",
    "cases",
    "shares",
    "attachments",
    "jobs",
    "journal",
)
"""Modules of this folder, each with a `router`, in the order of the OpenAPI document."""


def routers() -> list[APIRouter]:
    """The router of each module."""
    return [import_module(f"{__name__}.{name}").router for name in ROUTERS]
