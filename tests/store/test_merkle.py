"""Roots and proofs: the vectors of Certificate Transparency (RFC 6962), and what must always hold.

The vectors are those of the reference implementation of RFC 6962: eight leaves, the roots of the
first one to eight of them, and proofs. A leaf there is data of any length; here it is the hash of
an event, in hexadecimal, which makes no difference to the tree.
"""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.store.merkle import (
    EMPTY,
    Frontier,
    frontier_of,
    inclusion_proof,
    leaf_hash,
    root_from_proof,
)

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (leaf from 0, leaves in the tree) and the way to its root
PROOFS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
HASHES = st.integers(1, 70).flatmap(
    lambda count: st.integers(0, 1 << 30).map(
        lambda seed: [hashlib.sha256(b"%d %d" % (seed, one)).hexdigest() for one in range(count)]
    )
)


@pytest.mark.parametrize("count", range(1, 9))
def test_the_roots_are_those_of_the_vectors(count):
    assert frontier_of(LEAVES[:count]).root == ROOTS[count - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert frontier_of([]).root == EMPTY == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(("leaf", "count"), PROOFS)
def test_the_proofs_are_those_of_the_vectors(leaf, count):
    path = PROOFS[leaf, count]
    assert list(inclusion_proof(LEAVES[:count], leaf)) == path
    assert root_from_proof(LEAVES[leaf], leaf, count, path) == ROOTS[count - 1]


def by_definition(hashes):
    """The root as section 2.1 of RFC 6962 defines it."""
    if len(hashes) == 1:
        return hashlib.sha256(b"\0" + bytes.fromhex(hashes[0])).digest()
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(
        b"\1" + by_definition(hashes[:half]) + by_definition(hashes[half:])
    ).digest()


@given(HASHES)
def test_the_root_grown_leaf_by_leaf_is_that_of_the_definition(hashes):
    assert frontier_of(hashes).root == by_definition(hashes).hex()


@given(HASHES, st.data())
def test_every_leaf_has_a_proof_that_leads_to_the_root(hashes, data):
    leaf = data.draw(st.integers(0, len(hashes) - 1))
    root, path = frontier_of(hashes).root, inclusion_proof(hashes, leaf)
    assert root_from_proof(hashes[leaf], leaf, len(hashes), path) == root
    assert len(path) <= len(hashes).bit_length()


@given(HASHES, st.data())
def test_no_altered_proof_leads_to_the_root(hashes, data):
    leaf = data.draw(st.integers(0, len(hashes) - 1))
    root, path = frontier_of(hashes).root, list(inclusion_proof(hashes, leaf))
    other = hashlib.sha256(b"other").hexdigest()
    assert root_from_proof(other, leaf, len(hashes), path) != root
    assert root_from_proof(hashes[leaf], leaf, len(hashes), [*path, other]) is None
    if path:
        step = data.draw(st.integers(0, len(path) - 1))
        bent = [other if number == step else one for number, one in enumerate(path)]
        assert root_from_proof(hashes[leaf], leaf, len(hashes), bent) != root
        assert root_from_proof(hashes[leaf], leaf, len(hashes), path[:-1]) is None
        elsewhere = data.draw(st.integers(0, len(hashes) - 1).filter(lambda one: one != leaf))
        assert root_from_proof(hashes[leaf], elsewhere, len(hashes), path) != root


@given(HASHES)
def test_a_frontier_holds_a_hash_for_each_power_of_two(hashes):
    assert len(frontier_of(hashes).nodes) == len(hashes).bit_count()


@pytest.mark.parametrize("leaf", [-1, 3])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(leaf):
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES[:3], leaf)
    assert root_from_proof(LEAVES[0], leaf, 3, []) is None


def test_a_leaf_is_never_taken_for_a_node():
    left, right = leaf_hash(LEAVES[0]), leaf_hash(LEAVES[1])
    assert leaf_hash(left + right) != frontier_of(LEAVES[:2]).root
    assert Frontier().added(left + right).root != frontier_of(LEAVES[:2]).root
