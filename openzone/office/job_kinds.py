"""The kinds of long work, and what each is asked with: checked before it is taken on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openzone.errors import Fault, OpenZoneError
from openzone.office.answers import text_of
from openzone.regimes.registry import check_regime

CASES_MAX = 20_000_000
PLACES_MAX, DAYS_MAX, REFORMS_MAX = 200, 400, 20
PARAMETERS_CHARACTERS_MAX = 1_000_000
SEED = 20130929


class JobError(OpenZoneError):
    """A job that cannot be taken on, or has no result."""


class Asked(BaseModel):
    """What every kind of work may be asked with."""

    model_config = ConfigDict(extra="forbid", strict=False)

    known: dt.date | None = Field(None, description="The law as published by this day.")
    reforms: list[str] = Field(
        default_factory=list, max_length=REFORMS_MAX, description="Reforms on top, by their ids."
    )


class Table(Asked):
    """A table of cases of one regime, decided by the engine for tables."""

    regime: str = Field(description="The regime of all cases.")
    attachment: str = Field(description="The table: an attachment (Parquet or CSV).")
    form: Literal["parquet", "jsonl"] = Field("parquet", description="The form of the answers.")


class Replay(Asked):
    """A population decided before and after reforms."""

    regime: str = Field("capital", description="capital, services, or goods.")
    attachment: str | None = Field(None, description="The population: an attachment (Parquet).")
    cases: int | None = Field(
        None, ge=1, le=CASES_MAX, description="Without an attachment: how many to draw."
    )
    seed: int = Field(SEED, ge=0, lt=2**63, description="The seed of the draw.")
    first: dt.date | None = Field(None, description="First day of what is drawn.")
    last: dt.date | None = Field(None, description="Last day of what is drawn.")
    facts: dict[str, str] = Field(
        default_factory=dict, max_length=40, description="Goods: facts of every line."
    )
    columns: dict[str, str] = Field(
        default_factory=dict, max_length=40, description="Goods: the column that holds a field."
    )


class Openness(Asked):
    """How open the law is, over time and place."""

    places: list[str] = Field(default_factory=list, max_length=PLACES_MAX)
    dates: list[dt.date] = Field(default_factory=list, max_length=DAYS_MAX)


class Compare(Asked):
    """A plan in many places, side by side."""

    plan: dict[str, Any]
    places: list[list[str]] = Field(default_factory=list, max_length=PLACES_MAX)


KINDS: Mapping[str, type[Asked]] = {
    "table": Table, "replay": Replay, "openness": Openness, "compare": Compare,
}  # fmt: skip


def checked(kind: str, parameters: Any) -> tuple[Asked, str]:
    """The parameters of a kind of work, and their one text. Raises JobError and CaseError."""
    shape = KINDS.get(kind)
    if shape is None:
        raise JobError(Fault("wrong_value", "there is no such kind of work", field="kind",
                             seen=kind, expected="one of " + ", ".join(KINDS)))  # fmt: skip
    try:
        text = text_of(parameters)
        found = shape.model_validate(json.loads(text))
    except ValidationError as error:
        raise JobError([_fault(one, shape) for one in error.errors(include_url=False)]) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise JobError(Fault("wrong_value", "the parameters hold what JSON cannot say",
                             field="parameters", seen=str(error))) from None  # fmt: skip
    if len(text) > PARAMETERS_CHARACTERS_MAX:
        raise JobError(Fault("too_large", "the parameters are too long", field="parameters",
                             seen=len(text),
                             expected=f"{PARAMETERS_CHARACTERS_MAX} characters at most")
                       )  # fmt: skip
    _check_together(found)
    return found, text


def _check_together(found: Asked) -> None:
    if isinstance(found, Table | Replay):
        check_regime(found.regime)
    if not isinstance(found, Replay):
        return
    if (found.attachment is None) is (found.cases is None):
        raise JobError(Fault("contradiction", "a population is attached or drawn, one of them",
                             field="attachment", expected="attachment or cases"))  # fmt: skip
    if not found.reforms:
        raise JobError(Fault("missing_field", "a replay compares the law with reforms of it",
                             field="reforms"))  # fmt: skip
    if found.first and found.last and found.last < found.first:
        raise JobError(Fault("dates_reversed", "the last day lies before the first", field="last",
                             seen=found.last, expected=f"{found.first} or later"))  # fmt: skip
    if found.regime != "goods" and (found.facts or found.columns):
        raise JobError(Fault("contradiction", "facts and columns are for goods", field="regime",
                             seen=found.regime, expected="goods"))  # fmt: skip


def _fault(one: Any, shape: type[BaseModel]) -> Fault:
    field = ".".join(["parameters", *(str(part) for part in one["loc"])])
    if one["type"] == "extra_forbidden":
        return Fault("unknown_field", "the field is not part of this kind of work", field=field,
                     expected="one of " + ", ".join(shape.model_fields))  # fmt: skip
    if one["type"] == "missing":
        return Fault("missing_field", "the field is required", field=field)
    return Fault("wrong_value", str(one["msg"]), field=field, seen=one.get("input"))
