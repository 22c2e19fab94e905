"""What types are of one shape, and which have none."""

import itertools

import pytest

from upgrader.layout.shapes import MAX_PARTS, Shapes
from upgrader.layout.types import (
    ELEMENTARY,
    Alias,
    BoundedArray,
    ByteString,
    Contract,
    DynamicArray,
    Enum,
    FixedArray,
    Function,
    Kind,
    MappingType,
    Opaque,
    Struct,
    Variable,
    WordValue,
)


def struct(*members):
    """Return a struct of members, given by what tells them apart."""
    return Struct("S", 64, tuple(Variable(*member) for member in members))


TOLD_APART = {
    "mapping": MappingType("m", "t_address", "t_uint256"),
    "mapping of another key": MappingType("m", "t_bytes32", "t_uint256"),
    "mapping to another value": MappingType("m", "t_address", "t_int256"),
    "mapping to a mapping": MappingType("m", "t_address", "mapping"),
    "array": DynamicArray("a", "t_uint256"),
    "array of others": DynamicArray("a", "t_int256"),
    "two": FixedArray("a", 64, "t_uint256", 2),
    "three": FixedArray("a", 96, "t_uint256", 3),
    "two others": FixedArray("a", 64, "t_int256", 2),
    "struct": struct(("a", "t_uint256", 0, 0, 32)),
    "struct of another name": struct(("b", "t_uint256", 0, 0, 32)),
    "struct of another type": struct(("a", "t_int256", 0, 0, 32)),
    "struct of another place": struct(("a", "t_uint256", 1, 0, 32)),
    "struct of two": struct(("a", "t_uint256", 0, 0, 32), ("b", "t_uint256", 1, 0, 32)),
    "struct with a gap that is used": struct(("a", "t_uint256", 0, 0, 32, "", True)),
    "struct with an annotation": struct(("a", "t_uint256", 0, 0, 32, "", None, "", "z")),
    "struct with another annotation": struct(("a", "t_uint256", 0, 0, 32, "", None, "", "", "z")),
    "enum": Enum("E", 1, ("A", "B")),
    "enum in another order": Enum("E", 1, ("B", "A")),
    "contract": Contract("I", 20, frozenset({"f()"})),
    "contract of another name": Contract("J", 20, frozenset({"f()"})),
    "contract with more": Contract("I", 20, frozenset({"f()", "g()"})),
    "function": Function("f", 24, external=True, signature="()"),
    "function of another signature": Function("f", 24, external=True, signature="(uint256)"),
    "alias": Alias("D", 32, "t_uint256"),
    "alias of another": Alias("D", 32, "t_int256"),
    "string": ByteString("string"),
    "word": WordValue("uint8", Kind.UINT, 1),
    "wider word": WordValue("uint16", Kind.UINT, 2),
    "signed word": WordValue("int8", Kind.INT, 1),
    "bounded bytes": BoundedArray("Bytes[32]", 64, None, 32),
    "more bounded bytes": BoundedArray("Bytes[31]", 64, None, 31),
    "bounded array": BoundedArray("DynArray", 64, "t_uint256", 1),
    "bounded array of others": BoundedArray("DynArray", 64, "t_int256", 1),
}
NEVER_CERTAIN = {
    "internal function": Function("f", 8, external=False, signature="()"),
    "enum without members": Enum("E", 1, None),
    "alias without what is under it": Alias("D", 32, None),
    "struct without members": Struct("S", 64, None),
    "unknown": Opaque("?", 32),
    "mapping to it": MappingType("m", "t_address", "unknown"),
    "array of it": DynamicArray("a", "internal function"),
    "struct with it": struct(("a", "enum without members", 0, 0, 1)),
    "mapping by a struct": MappingType("m", "struct", "t_uint256"),
    "array of no size": FixedArray("a", 0, "t_uint256", 1),
    "node": struct(("next", "mapping to nodes", 0, 0, 32)),
    "mapping to nodes": MappingType("m", "t_uint256", "node"),
}
TYPES = {**ELEMENTARY, **TOLD_APART, **NEVER_CERTAIN}


@pytest.mark.parametrize("one", [*TOLD_APART, "t_uint256", "t_address_payable"])
def test_types_that_may_be_read_otherwise_have_another_shape(one):
    """A shape is equal to itself in another layout, and to no other."""
    shapes, others = Shapes(), Shapes()

    same = [name for name in (*TOLD_APART, *ELEMENTARY) if shapes.of(TYPES, one) == others.of(dict(TYPES), name)]

    assert shapes.of(TYPES, one) is not None
    assert [one] == same


@pytest.mark.parametrize("name", NEVER_CERTAIN)
def test_what_is_never_certain_has_no_shape(name):
    """Two of them are looked into, however alike they are."""
    assert Shapes().of(TYPES, name) is None


def test_names_and_labels_of_types_are_no_part_of_a_shape():
    """A struct that is called otherwise is the same struct."""
    renamed = {"t_uint256": ELEMENTARY["t_uint256"], "T": Struct("struct T", 64, TYPES["struct"].members)}

    assert Shapes().of(TYPES, "struct") == Shapes().of(renamed, "T")


def test_type_that_names_another_twice_and_that_one_a_third_has_no_shape_for_ever():
    """Doubling goes on for as long as somebody likes, so that it ends at a bound."""
    doubled = {"t_uint256": ELEMENTARY["t_uint256"], "d0": struct(("a", "t_uint256", 0, 0, 32))}
    for depth in itertools.count(1):
        doubled[f"d{depth}"] = struct(*((name, f"d{depth - 1}", slot, 0, 32) for slot, name in enumerate("ab")))
        if 2**depth > MAX_PARTS:
            break

    found = [Shapes().of(doubled, name) is not None for name in doubled]

    assert [True] * 8 + [False] * (len(doubled) - 8) == found
