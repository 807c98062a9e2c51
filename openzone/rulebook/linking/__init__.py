"""Checks that cross files: every name refers to something, nothing overlaps, nothing circles."""

from __future__ import annotations

from typing import Any

from openzone.errors import Fault
from openzone.rulebook.linking.codes import check_codes, link_codes
from openzone.rulebook.linking.documents import link_documents
from openzone.rulebook.linking.effects import check_effect
from openzone.rulebook.linking.goods import link_goods
from openzone.rulebook.linking.linker import Linker, Spot
from openzone.rulebook.linking.places import link_places
from openzone.rulebook.linking.reforms import link_reforms
from openzone.rulebook.linking.rows import link_rows
from openzone.rulebook.linking.tables import link_tables
from openzone.rulebook.sheaf import Sheaf

__all__ = ["Linker", "Spot", "check_codes", "check_effect", "linked"]


def linked(parts: dict[str, Any], sheaf: Sheaf) -> list[Fault]:
    """All faults between files. What has faults of its own is known here, but not judged."""
    linker = Linker(parts, sheaf)
    link_documents(linker)
    link_codes(linker)
    link_places(linker)
    link_tables(linker)
    link_rows(linker)
    link_goods(linker)
    link_reforms(linker)
    return linker.close()
