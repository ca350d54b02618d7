"""The trees are RFC 6962's: known roots, and every path and every consistency proof of small trees."""

from __future__ import annotations

import pytest

from hangtime.store.merkle import GrowingRoot, Tree, consistency_proof
from hangtime.store.verifier import Refused, is_consistent, leaf_hash, root_of_path

# The leaves, and roots after each, that implementations of Certificate Transparency test with.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
MOST = 34


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


@pytest.mark.parametrize("count", ROOTS)
def test_a_root_is_the_one_everybody_computes(count: int) -> None:
    hashes = [leaf_hash(bytes.fromhex(each)) for each in LEAVES[:count]]
    growing = GrowingRoot()
    for each in hashes:
        growing.add(each)

    assert growing.root().hex() == Tree(hashes).root().hex() == ROOTS[count]


def test_every_leaf_is_shown_by_its_path_and_at_no_other_place() -> None:
    for count in range(1, MOST):
        tree = Tree(leaves(count))
        for index, leaf in enumerate(leaves(count)):
            path = tree.path(index)
            assert root_of_path(index, count, leaf, path) == tree.root()
            for other in {*range(count)} - {index}:
                assert not is_shown(other, count, leaf, path, tree.root())
            assert not is_shown(index, count, leaf, [*path, leaf], tree.root())
            assert not path or not is_shown(index, count, leaf, path[:-1], tree.root())


def is_shown(index: int, size: int, leaf: bytes, path: list[bytes], root: bytes) -> bool:
    try:
        return root_of_path(index, size, leaf, path) == root
    except Refused:
        return False


def test_a_later_tree_is_shown_to_hold_every_earlier_one_and_nothing_else() -> None:
    roots = {count: Tree(leaves(count)).root() for count in range(1, MOST)}
    for later in range(1, MOST):
        for size in range(1, later + 1):
            proof = consistency_proof(size, leaves(later))
            assert is_consistent(size, roots[size], later, roots[later], proof)
            assert not is_consistent(size, roots[size % 33 + 1], later, roots[later], proof)
            assert not is_consistent(size, roots[size], later, roots[later % 33 + 1], proof)
            assert not is_consistent(size, roots[size], later, roots[later], [*proof, roots[1]])
            assert not proof or not is_consistent(size, roots[size], later, roots[later], proof[1:])
