"""Settings for the whole suite: parts of the machine, and how many cases Hypothesis draws."""

import os
import sys

import pytest
from hypothesis import settings

pytest_plugins = ["tests.parts", "tests.postgres"]

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("soak", deadline=None, max_examples=5_000, print_blob=True)

if os.environ.get("OPENZONE_SOAK") == "full":
    settings.load_profile("soak")
elif os.environ.get("OPENZONE_CI") == "1":
    settings.load_profile("ci")
else:
    settings.load_profile("default")


@pytest.fixture(scope="module", autouse=True)
def events_of_tests_go_with_the_file_that_made_them():
    """A kind of event that one file gives to the store is not there for the next."""
    yield
    counting = sys.modules.get("tests.store.counting")
    if counting is not None:
        counting.uninstall()
