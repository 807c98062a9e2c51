"""What requests about reforms bring, and what their answers look like."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from openzone.api import shapes
from openzone.office.reform_records import PAGE_MAX
from openzone.office.reform_texts import SAID_MAX

REVISIONS_MAX = 1_000_000
IF_MATCH = "If-Match"

Number = Annotated[int, Field(ge=1, le=REVISIONS_MAX, description="The number of a revision.")]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
State = Literal["draft", "submitted", "approved", "rejected", "withdrawn"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TextBody(_Body):
    """The text of a reform."""

    text: str = Field(description="The whole file: YAML, schema openzone/reform/1.")


class CommentBody(_Body):
    """A comment; on the current revision without a number."""

    text: str = Field(min_length=1, max_length=SAID_MAX)
    revision: Number | None = None


class RevisionBody(_Body):
    """What is submitted."""

    revision: Number


class ApprovalBody(_Body):
    """What the approver saw: a revision, the hash of its text, the hash of the book."""

    revision: Number
    content_hash: Hash
    book_hash: Hash


class ReasonBody(_Body):
    """A revision and why."""

    revision: Number
    reason: str = Field(min_length=1, max_length=SAID_MAX)


class PageQuery(BaseModel):
    """A part of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=PAGE_MAX, description="At most so many at once.")
    cursor: str | None = Field(None, description="From the Link of the part before.")


class ListQuery(PageQuery):
    """Which reforms."""

    state: State | None = Field(None, description="Only those in this state.")


class EffectQuery(BaseModel):
    """Which revision."""

    model_config = ConfigDict(extra="forbid")

    revision: int | None = Field(None, ge=1, le=REVISIONS_MAX, description="Default: the last.")


_REFORM = {
    "type": "object",
    "required": ["id", "name", "title", "state", "stage", "revision", "content_hash", "tag"],
    "properties": {
        "id": {"type": "string"}, "name": {"type": "string"},
        "title": shapes.reference(shapes.Words),
        "state": {"enum": ["draft", "submitted", "approved", "rejected", "withdrawn"]},
        "stage": {"type": "string"}, "revision": {"type": "integer"},
        "content_hash": {"type": "string"}, "tag": {"type": "string"},
        "voided": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "For If-Match and If-None-Match."}}
MATCH = {
    "name": IF_MATCH, "in": "header", "required": True, "schema": {"type": "string"},
    "description": "The ETag of the reform as it was read.",
}  # fmt: skip


def answers(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that gives a reform."""
    told = shapes.told(description, _REFORM)
    told["headers"] |= _ETAG
    return {status: told, **shapes.problems(400, 404, 409, 415, 422)}


def conditional() -> dict[int | str, dict[str, Any]]:
    """The answers of a route that rests on what was read before."""
    words = {412: "The reform is not as it was read.", 428: "No If-Match says what was read."}
    return {one: {"description": said, "content": shapes.PROBLEM} for one, said in words.items()}


def takes(model: type[BaseModel], *more: dict[str, Any]) -> dict[str, Any]:
    """The body and the headers of a write."""
    return {**shapes.body(model), "parameters": list(more)}
