"""Storage at a slot that the code chose itself.

Why:
    What assembly reads and writes at a slot of its own is in no storage layout the compiler gives. A slot that is
    a small number lies among the variables that the compiler places and will be overwritten by, or overwrite, one
    of them; a hash over a key and a small number is a value of one of their mappings. A slot that is a hash is safe
    only as long as no other code uses it for something else; the layout check compares those it can compute, and
    this list is there to be read.

Fix:
    Derive the slot by ERC-7201 and annotate the struct (`@custom:storage-location erc7201:…`).

Example:
    `assembly { sstore(5, value) }`

Source:
    https://eips.ethereum.org/EIPS/eip-7201 ; https://eips.ethereum.org/EIPS/eip-1967
"""

import re
from collections.abc import Iterator
from typing import Final

from upgrader.checks.code._base import FAMILY, Case, Code
from upgrader.checks.code._places import places_of
from upgrader.findings import Finding, Severity
from upgrader.layout.model import erc7201
from upgrader.layout.solidity.slots import Reached
from upgrader.layout.wellknown import PROXY_SLOTS

CODE: Final = "hard-coded-slot"
CODES: Final = (CODE,)

_VALUE: Final = re.compile(r"keccak256\(encode\(<[^<>]*>, 0x([0-9a-f]{64})\)\)")
"""How the slot of a mapping's value is computed from its key and the mapping's own slot."""

_COMPILER_RANGE: Final = 2**64
"""Slots below it are where solc puts variables: no contract comes near, and no hash falls there by chance."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """List the slots that the new code chose itself."""
    known = {_slot(place) for place in _chosen(case.old)} if case.old is not None else set()
    for place in _chosen(case.new):
        number = _slot(place)
        if number is None:
            continue
        low, before = number < _COMPILER_RANGE, number in known
        slot = str(number) if low else f"0x{number:064x}"
        yield case.finding(
            CODE,
            Severity.WARNING if low and not before else Severity.NOTE,
            place.name.rpartition(".")[2],
            f"it reads or writes {'' if place.base is not None else 'values of a mapping at '}slot {slot} directly"
            + (", where the compiler places variables" if low else "")
            + (", as it did before" if before else ""),
            "use an annotated ERC-7201 struct, or make sure that nothing else uses the slot",
            at=place.at,
            evidence={"slot": slot},
        )


def _slot(place: Reached) -> int | None:
    """Return the slot of a place, or that of the mapping whose value it is where the number is one of the compiler's.

    Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#mappings-and-dynamic-arrays
    """
    found = _VALUE.fullmatch(place.formula) if place.base is None else None
    number = int(found[1], 16) if found else place.base
    return number if found is None or (number is not None and number < _COMPILER_RANGE) else None


def _chosen(code: Code) -> list[Reached]:
    """Return the places that code reaches by a slot and that neither a standard nor an annotation explains."""
    contract = code.contract
    if contract is None:
        return []
    chosen = [place for place in places_of(contract) if place.base not in PROXY_SLOTS]
    explained = {erc7201(name) for name in contract.program.namespaces} if chosen else set[int]()
    return [place for place in chosen if place.base not in explained]
