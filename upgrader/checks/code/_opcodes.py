"""What can be said of code without its source: the opcodes it can reach and the selectors it names.

solc appends metadata, string tables and whole child contracts behind its code, and any of their bytes may look
like an opcode.  So nothing is swept from end to end: the walk starts at byte 0, follows fall-through, and enters
every ``JUMPDEST`` whose offset some reached code pushes.  That covers every jump solc emits (its jump targets are
pushed constants) and errs towards reaching too much.

Source: https://ethereum.github.io/yellowpaper/paper.pdf, appendix H
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

PUSH0: Final = 0x5F
PUSH1: Final = 0x60
PUSH4: Final = 0x63
PUSH32: Final = 0x7F
JUMP: Final = 0x56
JUMPDEST: Final = 0x5B
CALLCODE: Final = 0xF2
DELEGATECALL: Final = 0xF4
SELFDESTRUCT: Final = 0xFF
_ENDS: Final = frozenset({0x00, JUMP, 0xF3, 0xFD, 0xFE, SELFDESTRUCT})
"""STOP, JUMP, RETURN, REVERT, INVALID, SELFDESTRUCT: nothing falls through them."""


@dataclass(frozen=True, slots=True)
class Opcodes:
    """What reached code contains.

    Attributes:
        counts: How often each opcode occurs.
        words: Constants of four bytes that it pushes: selectors, mostly.
    """

    counts: Counter[int]
    words: frozenset[bytes]

    @property
    def delegatecalls(self) -> int:
        """How many DELEGATECALL and CALLCODE instructions can be reached."""
        return self.counts[DELEGATECALL] + self.counts[CALLCODE]

    @property
    def selfdestructs(self) -> int:
        """How many SELFDESTRUCT instructions can be reached."""
        return self.counts[SELFDESTRUCT]


def opcodes_of(code: bytes) -> Opcodes:
    """Return what ``code`` can reach from its first byte."""
    counts: Counter[int] = Counter()
    words: set[bytes] = set()
    landings = _jump_destinations(code)
    seen: set[int] = set()
    starts = [0]
    while starts:
        place = starts.pop()
        while place < len(code) and place not in seen:
            seen.add(place)
            opcode = code[place]
            counts[opcode] += 1
            place += 1
            if PUSH1 <= opcode <= PUSH32:
                data = code[place : place + opcode - PUSH0]
                place += len(data)
                if opcode == PUSH4:
                    words.add(data)
                target = int.from_bytes(data, "big")
                if target in landings and target not in seen:
                    starts.append(target)
            elif opcode in _ENDS:
                break
    return Opcodes(counts, frozenset(words))


def _jump_destinations(code: bytes) -> frozenset[int]:
    found, place = [], 0
    while place < len(code):
        opcode = code[place]
        if opcode == JUMPDEST:
            found.append(place)
        place += 1 + (opcode - PUSH0 if PUSH1 <= opcode <= PUSH32 else 0)
    return frozenset(found)
