"""How many seeds a proof draws: a few by default, many when OPENZONE_SOAK is `full`."""

import os


def seeds(few: int, many: int) -> range:
    """The seeds of one proof."""
    return range(many if os.environ.get("OPENZONE_SOAK") == "full" else few)
