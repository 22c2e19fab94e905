"""Every pair of elementary types, against what the machine does with their values.

A value is written as its type writes it, read as the other type reads it, and hashed as a key by either: whether it is
still the same value follows from the rules of the language and from nothing that is tested.

Sources: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html,
https://docs.soliditylang.org/en/latest/types.html#conversions-between-elementary-types
"""

import pytest

from upgrader.layout.changes import ChangeKind
from upgrader.layout.meaning import key_fit, value_fit
from upgrader.layout.types import ELEMENTARY, WordValue

WIDTHS = (1, 2, 4, 8, 16, 19, 20, 21, 31, 32)
TYPES = sorted(
    {f"{sort}{8 * width}" for sort in ("uint", "int") for width in WIDTHS}
    | {f"bytes{width}" for width in WIDTHS}
    | {"bool", "address"}
)
BLOCKS = {ChangeKind.NARROWED, ChangeKind.REINTERPRETED}
WARNS = {ChangeKind.RECAST}


def sort_of(name):
    """Return ``uint``, ``int``, ``bytes``, ``bool`` or ``address``."""
    return name.rstrip("0123456789")


def width_of(name):
    """Return how many bytes its values take in storage."""
    return {"bool": 1, "address": 20}.get(name) or (
        int(name.removeprefix("bytes")) if name.startswith("bytes") else int(name.lstrip("uint")) // 8
    )


def values(name):
    """Return values at the edges of a type, and some between; bytes as they are, numbers as numbers."""
    bits = 8 * width_of(name)
    match sort_of(name):
        case "bool":
            return [0, 1]
        case "int":
            return [0, 1, -1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1)), 2 ** (bits - 2)]
        case "bytes":
            low = bytes([*range(1, bits // 8 + 1)])
            return [bytes(bits // 8), low, b"\xff" * (bits // 8), b"\x80" + bytes(bits // 8 - 1)]
    return [0, 1, 2, 2**bits - 1, 2 ** (bits - 1), 2 ** (bits - 1) - 1]


def written(name, value):
    """Return the word after a value was written at its low end, over zeros."""
    if isinstance(value, bytes):
        return int.from_bytes(value, "big")  # its last byte is the lowest of its place
    return value % 2 ** (8 * width_of(name))


def read(name, word):
    """Return what a type reads at the low end of a word."""
    bits = 8 * width_of(name)
    low = word % 2**bits
    match sort_of(name):
        case "bool":
            return int(low != 0)
        case "int":
            return low - 2**bits if low >= 2 ** (bits - 1) else low
        case "bytes":
            return low.to_bytes(bits // 8, "big")
    return low


def hashed(value):
    """Return the word that a key is padded to before it is hashed."""
    if isinstance(value, bytes):
        return int.from_bytes(value.ljust(32, b"\0"), "big")
    return value % 2**256


def same(old, new):
    """Whether two values of one sort are the same, numbers by their number; None for values of two sorts."""
    return old == new if isinstance(old, bytes) is isinstance(new, bytes) else None


@pytest.mark.parametrize("old", TYPES)
def test_value_is_judged_as_the_machine_reads_it(old):
    """What passes reads every value as it was; what reads every value as it was does not block."""
    for new in TYPES:
        fit = value_fit(ELEMENTARY[f"t_{old}"], ELEMENTARY[f"t_{new}"])
        kind = fit[0] if fit else None
        outcomes = {same(value, read(new, written(old, value))) for value in values(old)}
        told = f"{old} to {new}: {kind}, {outcomes}"

        if kind is None or kind is ChangeKind.WIDENED:
            assert outcomes == {True}, told
        if kind in BLOCKS:
            assert outcomes != {True}, told
        if outcomes == {False} | outcomes:
            assert kind in BLOCKS | (WARNS if sort_of(old) == "address" else set()), told


@pytest.mark.parametrize("old", TYPES)
def test_key_is_judged_as_it_is_hashed(old):
    """A key type passes if each old key hashes as before under a value of the new type that is the same one."""
    for new in TYPES:
        fit = key_fit(ELEMENTARY[f"t_{old}"], ELEMENTARY[f"t_{new}"])
        kind = fit[0] if fit else None
        words = {hashed(value): value for value in (*values(new), *_carried(old, new))}
        outcomes = [hashed(value) in words for value in values(old)]
        equal = [alike(value, words.get(hashed(value), value)) for value in values(old)]
        told = f"{old} to {new}: {kind}, {outcomes}, {equal}"

        assert (kind in {None, ChangeKind.RECAST}) == (all(outcomes) and all(equal)), told


@pytest.mark.parametrize("old", TYPES)
def test_word_of_vyper_is_judged_as_it_is_padded(old):
    """Vyper keeps each value in a word of its own, padded as a key is; a wider type reads the same."""
    for new in TYPES:
        sides = (ELEMENTARY[f"t_{name}"] for name in (old, new))
        fit = value_fit(*(WordValue(each.label, each.kind, each.size) for each in sides))
        kind = fit[0] if fit else None
        words = {hashed(value): value for value in (*values(new), *_carried(old, new))}
        equal = [hashed(value) in words and alike(value, words[hashed(value)]) for value in values(old)]

        assert (kind not in BLOCKS) == all(equal), f"{old} to {new}: {kind}, {equal}"


def alike(old, new):
    """Whether two keys that hash alike are one key, as the language converts one into the other."""
    if isinstance(old, bytes) and isinstance(new, bytes):
        return old.ljust(32, b"\0") == new.ljust(32, b"\0")
    numbers = [int.from_bytes(each, "big") if isinstance(each, bytes) else each for each in (old, new)]
    return numbers[0] == numbers[1] or (bytes in {type(old), type(new)} and not (numbers[0] - numbers[1]) % 2**256)


def _carried(old, new):
    """Yield the old type's values that the new type can hold, as the new one's."""
    bits = 8 * width_of(new)
    for value in values(old):
        word = hashed(value)
        match sort_of(new):
            case "bytes":
                if word % 2 ** (256 - bits) == 0:
                    yield (word >> (256 - bits)).to_bytes(bits // 8, "big")
            case "int":
                number = word - 2**256 if word >= 2**255 else word
                if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
                    yield number
            case "bool":
                if word < 2:
                    yield word
            case _:
                if word < 2**bits:
                    yield word
