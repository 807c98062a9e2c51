"""Circles in a graph of names: displacement among rows, parents among places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def circles(above: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Give circles of a graph, each from a name in it round to the same name.

    Every name that lies in a circle lies in one that is given. The walk keeps its own stack, so
    that a long chain of names is no trouble.
    """
    done: set[str] = set()
    for start in above:
        if start in done:
            continue
        trail = [start]
        steps = [iter(above[start])]
        while trail:
            name = next(steps[-1], None)
            if name is None:
                done.add(trail.pop())
                steps.pop()
            elif name in trail:
                yield (*trail[trail.index(name) :], name)
            elif name not in done and name in above:
                trail.append(name)
                steps.append(iter(above[name]))
