"""The words an answer on government procurement may use, and their verdicts."""

from __future__ import annotations

ADMITTED = "admitted"
ASK = "ask"
AWARDED = "awarded"
COVERED = "covered"
DOMESTIC = "domestic"
EXCLUDED = "excluded"
LOOK_UP = "look_up"
NO_DISCRIMINATION = "no_discrimination"
NOT_COVERED = "not_covered"
NOT_DOMESTIC = "not_domestic"
OPEN_TENDER = "open_tender"
SOME_EXCLUDED = "some_excluded"
TIED = "tied"
UNLAWFUL = "unlawful"

VERDICTS = {
    COVERED: "yes",
    OPEN_TENDER: "on_conditions",
    NOT_COVERED: "no",
    DOMESTIC: "yes",
    NOT_DOMESTIC: "no",
    ADMITTED: "yes",
    SOME_EXCLUDED: "on_conditions",
    EXCLUDED: "no",
    AWARDED: "yes",
    TIED: "on_conditions",
    NO_DISCRIMINATION: "yes",
    UNLAWFUL: "no",
    LOOK_UP: "look_up",
    ASK: "ask",
}
