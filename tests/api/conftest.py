"""The store of the office's tests, for tests over HTTP."""

from tests.office.conftest import clock, empty_store, store

__all__ = ["clock", "empty_store", "store"]
