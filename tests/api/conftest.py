"""The store of the office's tests, for tests over HTTP."""

from tests.api.browser import anybody, app, boss, hired
from tests.office.conftest import clock, empty_store, store

__all__ = ["anybody", "app", "boss", "clock", "empty_store", "hired", "store"]
