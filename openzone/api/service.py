"""What the routes of one application share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from fastapi import Request

from openzone.api.counts import Callers
from openzone.api.desks import Desks
from openzone.api.limits import Limits
from openzone.api.table_service import Tables
from openzone.api.workers import Workers
from openzone.rulebook.book import Book


@dataclass(frozen=True)
class Service:
    """The book, its desks, the threads for long work, the limits; the store where there is one."""

    book: Book
    book_name: str
    desks: Desks
    workers: Workers
    limits: Limits
    tables: Tables
    callers: Callers
    store: Any = None


def service_of(request: Request) -> Service:
    """The service of the application that a request came to."""
    return cast(Service, request.app.state.service)
