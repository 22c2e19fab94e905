"""Random programs whose variables have identities, and random edits that keep them.

A variable stays the same variable whatever an edit does to its place, its name or its contract, so what an upgrade
does to storage follows from the edit and from Solidity's packing rules alone, and is computed here a second time, by
identity and without names.  Names are few and repeat wherever the language allows: private variables of several
contracts, members of structs.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from upgrader.layout.model import erc7201

NAMES = ("a", "b", "amount", "value", "fee")
SIZES = {
    "uint256": 32,
    "uint128": 16,
    "uint64": 8,
    "uint8": 1,
    "int128": 16,
    "bool": 1,
    "address": 20,
    "bytes32": 32,
    "bytes4": 4,
}
HOLDERS = {
    "map": "mapping(uint256 => {})",
    "map of maps": "mapping(address => mapping(uint256 => {}))",
    "list": "{}[]",
    "pair": "{}[2]",
}
"""What holds structs behind a hash, or twice."""
WHOLE = ("mapping(address => uint256)", "uint256[]", "string")
_ids = count()


@dataclass
class Var:
    """A variable or a member.

    Attributes:
        type: An elementary type, one of ``WHOLE``, ``struct``, one of ``HOLDERS``, ``enum``, ``array`` or ``gap``.
        inside: Members of a struct.
        names: Members of an enum.
        of: Name of the struct or enum; the elements' type of an array.
        length: Of an array or gap.
        was: Its name before a rename that is annotated.
    """

    name: str
    type: str
    inside: "list[Var]" = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    of: str = ""
    length: int = 0
    was: str = ""
    id: int = field(default_factory=lambda: next(_ids))


@dataclass
class Base:
    """A contract; ``namespace`` is empty where its variables are in the root."""

    name: str
    vars: list[Var]
    namespace: str = ""


@dataclass(frozen=True)
class Spot:
    """Where an identity lies: a space (region, or whose values), bytes, and what they mean."""

    space: tuple[object, ...]
    start: int
    end: int
    meaning: object


Program = list[Base]
"""In the order of their storage; the last is the implementation."""


def program(rnd: random.Random) -> Program:
    """Return up to three bases and an implementation."""
    bases = []
    for name in "ABC"[: rnd.randint(1, 3)]:
        base = Base(name, variables(rnd, rnd.randint(1, 3)))
        if rnd.random() < 0.25:
            base.namespace = f"perp.{name}"
        elif rnd.random() < 0.35:
            base.vars.append(Var("__gap", "gap", length=rnd.randint(3, 6)))
        bases.append(base)
    return [*bases, Base("Main", variables(rnd, rnd.randint(0, 3)))]


def variables(rnd: random.Random, number: int, depth: int = 0) -> list[Var]:
    """Return some variables of different names."""
    found: list[Var] = []
    for _ in range(number):
        found.append(variable(rnd, found, depth))
    return found


def variable(rnd: random.Random, beside: list[Var], depth: int = 0) -> Var:
    """Return a variable that has a name of its own among others."""
    name, chance = _free(rnd, beside), rnd.random()
    if chance < 0.5 or depth > 1:
        return Var(name, rnd.choice([*SIZES]))
    of = f"S{rnd.choice('ABCDEFGH')}"
    if chance < 0.65:
        return Var(name, "struct", variables(rnd, rnd.randint(1, 3), depth + 1), of=of)
    if chance < 0.82:
        return Var(name, rnd.choice([*HOLDERS]), variables(rnd, rnd.randint(1, 3), 2), of=of)
    if chance < 0.87:
        return Var(name, "enum", names=[f"M{i}" for i in range(rnd.randint(2, 4))], of=of)
    if chance < 0.93:
        return Var(name, rnd.choice(WHOLE))
    return Var(name, "array", of=rnd.choice(["uint256", "uint64", "address"]), length=rnd.randint(2, 4))


def _free(rnd: random.Random, beside: list[Var]) -> str:
    used = {each.name for each in beside}
    free = [name for name in NAMES if name not in used]
    return rnd.choice(free) if free else next(name for i in count() if (name := f"x{i}") not in used)


def lists(bases: Program) -> list[list[Var]]:
    """Return every list of variables or members."""
    found = [base.vars for base in bases]
    for each in found:
        found += [item.inside for item in each if item.inside]
    return found


# What an upgrade may do; each edit changes a program in place, or leaves it where it has nothing to work on.


def append(rnd: random.Random, bases: Program) -> None:
    """Declare a variable last in the implementation."""
    bases[-1].vars.append(variable(rnd, bases[-1].vars))


def insert(rnd: random.Random, bases: Program) -> None:
    """Declare a variable or member anywhere."""
    into = rnd.choice(lists(bases))
    into.insert(rnd.randint(0, len(into)), variable(rnd, into, 2))


def delete(rnd: random.Random, bases: Program) -> None:
    """Drop a variable or member."""
    among = rnd.choice([each for each in lists(bases) if len(each) > 1] or [[]])
    if among:
        among.pop(rnd.randrange(len(among)))


def drop_last(_: random.Random, bases: Program) -> None:
    """Drop the implementation's last variable."""
    del bases[-1].vars[-1:]


def rename_last(_: random.Random, bases: Program) -> None:
    """Give the implementation's last variable another name, and say nothing."""
    for item in bases[-1].vars[-1:]:
        item.name = f"renamed{item.id}"


def swap(rnd: random.Random, bases: Program) -> None:
    """Exchange two variables or members."""
    among = rnd.choice([each for each in lists(bases) if len(each) > 1] or [[]])
    if among:
        i, j = rnd.sample(range(len(among)), 2)
        among[i], among[j] = among[j], among[i]


def exchange(rnd: random.Random, bases: Program) -> None:
    """Exchange two variables of two contracts."""
    one, other = rnd.choice(bases).vars, rnd.choice(bases).vars
    if one and other and one is not other:
        i, j = rnd.randrange(len(one)), rnd.randrange(len(other))
        ours, theirs = {v.name for v in one if v is not one[i]}, {v.name for v in other if v is not other[j]}
        alike = (one[i].name, one[i].type) == (other[j].name, other[j].type)  # then nobody can see the exchange
        if not alike and other[j].name not in ours and one[i].name not in theirs:
            one[i], other[j] = other[j], one[i]


def add_base(rnd: random.Random, bases: Program) -> None:
    """Inherit from one contract more."""
    name = next(each for each in "ABCDEFG" if each not in {base.name for base in bases})
    namespace = f"perp.{name}" if rnd.random() < 0.2 else ""
    bases.insert(rnd.randrange(len(bases)), Base(name, variables(rnd, rnd.randint(1, 2)), namespace))


def reorder_bases(rnd: random.Random, bases: Program) -> None:
    """Inherit in another order."""
    others = bases[:-1]
    rnd.shuffle(others)
    bases[:-1] = others


def rename_base(rnd: random.Random, bases: Program) -> None:
    """Give a base another name."""
    rnd.choice(bases[:-1]).name += "v2"


def lift(_: random.Random, bases: Program) -> None:
    """Declare the implementation's first variable in its last base."""
    last, own = bases[-2].vars, bases[-1].vars
    if own and own[0].name not in {each.name for each in last}:
        last.append(own.pop(0))


def move(rnd: random.Random, bases: Program) -> None:
    """Declare a variable elsewhere."""
    source, target = rnd.choice(bases).vars, rnd.choice(bases).vars
    if len(source) > 1:
        moved = source.pop(rnd.randrange(len(source)))
        taken = moved.name in {each.name for each in target}
        (source if taken else target).insert(0 if taken else rnd.randint(0, len(target)), moved)


def wrap(rnd: random.Random, bases: Program) -> None:
    """Put a struct around neighbours."""
    among = rnd.choice([each for each in lists(bases) if each])
    begin = rnd.randrange(len(among))
    end = rnd.randint(begin + 1, len(among))
    if all(each.type != "gap" for each in among[begin:end]):
        others = among[:begin] + among[end:]
        among[begin:end] = [Var(_free(rnd, others), "struct", among[begin:end], of="W")]


def unwrap(rnd: random.Random, bases: Program) -> None:
    """Declare the members of a struct in its place."""
    among = rnd.choice(lists(bases))
    for i, item in enumerate(among):
        others = {each.name for each in among if each is not item}
        if item.type == "struct" and others.isdisjoint(each.name for each in item.inside):
            among[i : i + 1] = item.inside
            return


def rename_type(rnd: random.Random, bases: Program) -> None:
    """Give a struct or enum another name."""
    rnd.choice([v for each in lists(bases) for v in each if v.inside or v.names] or [Var("", "")]).of = "R"


def rename_annotated(rnd: random.Random, bases: Program) -> None:
    """Give a variable or member another name, and say so."""
    item = rnd.choice([v for each in lists(bases) for v in each])
    if item.type != "gap":
        item.was, item.name = item.name, f"renamed{item.id}"


def use_gap(rnd: random.Random, bases: Program, wrong: int = 0) -> None:
    """Declare variables in front of a gap, and shorten it by what they take."""
    for base in [each for each in bases if each.vars and each.vars[-1].type == "gap"][:1]:
        *before, gap = base.vars
        more = variables(rnd, rnd.randint(1, 2), 2)
        for each in more:
            each.name = f"{each.name}{each.id}"
        gap.length -= (_end([*before, *more]) - _end(before)) // 32 + wrong
        base.vars[:] = [*before, *more, *([gap] if gap.length > 0 else [])]


def misuse_gap(rnd: random.Random, bases: Program) -> None:
    """The same, with an error of one word."""
    use_gap(rnd, bases, rnd.choice([-1, 1]))


def extend_enum(rnd: random.Random, bases: Program) -> None:
    """Give an enum one member more, last."""
    for item in _some(rnd, bases, "enum"):
        item.names.append("New")


def insert_enum_member(rnd: random.Random, bases: Program) -> None:
    """Give an enum one member more, not last."""
    for item in _some(rnd, bases, "enum"):
        item.names.insert(rnd.randrange(len(item.names)), "New")


def grow_array(rnd: random.Random, bases: Program) -> None:
    """Give a fixed array one element more."""
    for item in _some(rnd, bases, "array"):
        item.length += 1


def rename_namespace(rnd: random.Random, bases: Program) -> None:
    """Give a namespace another name."""
    for base in [each for each in bases if each.namespace][:1]:
        base.namespace += rnd.choice([".v2", ".main"])


def into_namespace(rnd: random.Random, bases: Program) -> None:
    """Move the variables of a contract from the root into a namespace, or back."""
    base = rnd.choice(bases)
    if base.vars and all(each.type != "gap" for each in base.vars):
        base.namespace = "" if base.namespace else "perp.new"


EDITS: tuple[Callable[[random.Random, Program], None], ...] = (
    append,
    insert,
    delete,
    swap,
    exchange,
    add_base,
    reorder_bases,
    rename_base,
    lift,
    move,
    wrap,
    unwrap,
    rename_type,
    rename_annotated,
    use_gap,
    misuse_gap,
    extend_enum,
    insert_enum_member,
    grow_array,
    rename_namespace,
    into_namespace,
)


def _some(rnd: random.Random, bases: Program, kind: str) -> list[Var]:
    found = [v for each in lists(bases) for v in each if v.type == kind]
    return [rnd.choice(found)] if found else []


def edited(rnd: random.Random, old: Program, edit: Callable[[random.Random, Program], None]) -> Program:
    """Return a program after an edit."""
    new = copy.deepcopy(old)
    edit(rnd, new)
    return new


# What the edit did to storage.


def harmed(old: Program, new: Program) -> list[str]:
    """Return what an upgrade does to live bytes: identities that moved or mean something else, bytes taken over."""
    before, after = spots(old), spots(new)
    found = []
    for identity, spot in before.items():
        now = after.get(identity)
        if now is None:
            continue
        if (now.space, now.start) != (spot.space, spot.start):
            found.append(f"{identity} moved from {spot.start} to {now.start}")
        elif not _same(spot.meaning, now.meaning):
            found.append(f"{identity} was {spot.meaning} and is {now.meaning}")
    for identity, spot in after.items():
        was = before.get(identity)
        begin = was.end if was and (was.space, was.start) == (spot.space, spot.start) else spot.start
        found += [
            f"{identity} takes bytes of {other}"
            for other, held in before.items()
            if other != identity and held.space == spot.space and held.start < spot.end and begin < held.end
        ]
    return found


def takes_over(earlier: Program, old: Program, new: Program) -> list[str]:
    """Return which identities that ``new`` brings take bytes of others that only ``earlier`` had."""
    were, before, after = spots(earlier), spots(old), spots(new)
    return [
        f"{identity} takes bytes of {other}"
        for identity, spot in after.items()
        for other, held in were.items()
        if identity not in before | {other: held} and other not in before
        if held.space == spot.space and held.start < spot.end and spot.start < held.end
    ]


def _same(old: object, new: object) -> bool:
    """Whether bytes mean the same; an enum may have more members."""
    if isinstance(old, list) and isinstance(new, list):
        return new[: len(old)] == old
    return old == new


def spots(bases: Program) -> dict[int, Spot]:
    """Return where each identity lies."""
    found, _ = _placed([v for base in bases if not base.namespace for v in base.vars], ())
    for base in bases:
        if base.namespace:
            found |= _placed(base.vars, (base.namespace,))[0]
    return found


def _end(items: list[Var]) -> int:
    return _placed(items, ())[1]


def _placed(items: list[Var], space: tuple[object, ...], base: int = 0) -> tuple[dict[int, Spot], int]:
    """Return the spots of variables one after another, and the first word behind them."""
    found: dict[int, Spot] = {}
    at = base
    for item in items:
        size = 1 if item.type == "enum" else SIZES.get(item.type, 0)
        if not size or at % 32 + size > 32:
            at = _word(at)
        if item.type == "struct":
            inside, at = _placed(item.inside, space, at)
            found |= inside
            continue
        meaning: object = item.names or item.type
        if item.inside:
            inside, end = _placed(item.inside, (*space, item.id))
            found |= inside
            size = 2 * end if item.type == "pair" else 32
            meaning = (item.type, end if item.type in {"pair", "list"} else 0)
        elif item.type in {"array", "gap"}:
            each = SIZES[item.of] if item.of else 32
            size, meaning = 32 * -(-item.length // (32 // each)), (item.type, item.of)
        size = size or 32
        if item.type != "gap":
            found[item.id] = Spot(space, at, at + size, meaning)
        at += size
    return found, _word(at)


def _word(at: int) -> int:
    return 32 * -(-at // 32)


# The program as Solidity.


def source(bases: Program) -> str:
    """Return the source text; every contract has a function that uses each of its variables."""
    names: set[str] = set()
    bodies = [_contract(base, [each.name for each in bases[:-1]], names) for base in bases]
    return "\n".join(["// SPDX-License-Identifier: MIT", "pragma solidity ^0.8.20;", *bodies])


def _contract(base: Base, bases: list[str], names: set[str]) -> str:
    main = base.name == "Main"
    head = f"{'' if main else 'abstract '}contract {base.name}{' is ' + ', '.join(bases) if main and bases else ''}"
    lines: list[str] = []
    declared = [f"{_note(item)}{_declared(item, lines, names)} {{}}{item.name};" for item in base.vars]
    spaced = bool(base.namespace and base.vars)
    if spaced:
        store, slot = _named("Store", names), f"0x{erc7201(base.namespace):064x}"
        members = "\n".join(each.format("") for each in declared)
        lines += [
            f"/// @custom:storage-location erc7201:{base.namespace}\nstruct {store} {{\n{members}\n}}",
            f"bytes32 private constant AT_{base.name} = {slot};",
            f"function _at{base.name}() private pure returns ({store} storage $) {{",
            f"assembly {{ $.slot := AT_{base.name} }} }}",
        ]
    else:
        lines += [each.format("private ") for each in declared]
    uses = [each for item in base.vars for each in _uses(item, ("$." if spaced else "") + item.name)]
    pointer = [f"{store} storage $ = _at{base.name}();"] if spaced else []
    return "\n".join([f"{head} {{", *lines, f"function f{base.name}() external {{", *pointer, *uses, "}", "}"])


def _declared(item: Var, lines: list[str], names: set[str]) -> str:
    """Return the type of a variable; types that it needs are added to the lines."""
    if item.type == "enum":
        of = _named(item.of, names)
        lines.append(f"enum {of} {{ {', '.join(item.names)} }}")
        return of
    if item.inside:
        members = [f"{_note(each)}{_declared(each, lines, names)} {each.name};" for each in item.inside]
        of = _named(item.of, names)
        lines.append(f"struct {of} {{\n" + "\n".join(members) + "\n}")
        return HOLDERS.get(item.type, "{}").format(of)
    if item.length:
        return f"{item.of or 'uint256'}[{item.length}]"
    return item.type


def _note(item: Var) -> str:
    return f"/// @custom:oz-renamed-from {item.was}\n" if item.was else ""


def _named(name: str, names: set[str]) -> str:
    while name in names:
        name += "_"
    names.add(name)
    return name


def _uses(item: Var, path: str) -> Iterator[str]:
    if item.type == "gap":
        return
    if item.inside:
        key = {"map": "[1]", "map of maps": "[msg.sender][1]", "list": "[0]", "pair": "[0]"}.get(item.type, "")
        for each in item.inside:
            yield from _uses(each, f"{path}{key}.{each.name}")
    elif item.type.startswith("mapping"):
        yield f"{path}[msg.sender]++;"
    else:
        yield f"delete {path}{'[0]' if item.type == 'array' else ''};"
