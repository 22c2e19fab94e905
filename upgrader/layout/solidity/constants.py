"""What a constant expression comes to, as far as it can be known without running the contract.

Slots are written in many ways: a literal, ``keccak256("diamond.standard.diamond.storage")``, the ERC-7201 formula
spelled out, ``erc7201("...")``, a sum, a constant of a library, a pure function.  They all end in a number.  A slot
that also depends on an argument (one struct per market id, as Synthetix has them) ends in a :class:`Formula`, which
two versions can be compared by.  Everything else is None: unknown, never guessed.

Source: https://docs.soliditylang.org/en/latest/contracts.html#constant-and-immutable-state-variables
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from upgrader.layout.model import erc7201
from upgrader.layout.solidity.tree import Tree
from upgrader.units import WORD, keccak

MAX_STEPS: Final = 64
"""Constants, calls and operators inside one another."""

MAX_BITS: Final = 4096
"""solc's own bound for a literal rational number."""


class Text(bytes):
    """A string: encoded by length where fixed bytes are not."""


class Formula(str):
    """A value that is known up to an argument, written so that equal formulas give equal values."""

    __slots__ = ()


Value: TypeAlias = int | bytes | Formula | None
"""Numbers as int, ``bytesN`` as bytes, strings as :class:`Text`."""

Bindings: TypeAlias = Mapping[int, Value]
"""What parameters stand for, by declaration id."""

_SECONDS: Final = {
    "wei": 1,
    "gwei": 10**9,
    "ether": 10**18,
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86400,
    "weeks": 604800,
}
_NUMBER: Final = re.compile(r"(u?int)(\d*)")
_BYTES: Final = re.compile(r"bytes(\d+)")


def evaluate(tree: Tree, node: Any, bindings: Bindings | None = None, depth: int = 0) -> Value:
    """Return what the expression ``node`` comes to.

    Args:
        tree: Resolves the constants and functions that it names.
        bindings: Parameters with a known value; the others become part of a :class:`Formula`.
        depth: How many expressions this one stands in.
    """
    if depth > MAX_STEPS or not isinstance(node, dict):
        return None
    known = bindings or {}
    match node.get("nodeType"):
        case "Literal":
            return _literal(node)
        case "Identifier" | "MemberAccess":
            return _named(tree, node, known, depth)
        case "TupleExpression" if len(node.get("components") or ()) == 1:
            return evaluate(tree, node["components"][0], known, depth + 1)
        case "UnaryOperation":
            return _unary(node.get("operator"), evaluate(tree, node.get("subExpression"), known, depth + 1))
        case "BinaryOperation":
            left = evaluate(tree, node.get("leftExpression"), known, depth + 1)
            right = evaluate(tree, node.get("rightExpression"), known, depth + 1)
            return binary(str(node.get("operator")), left, right)
        case "FunctionCall":
            return _call(tree, node, known, depth)
    return None


def as_slot(value: Value) -> int | None:
    """Return a number or 32 bytes as a slot; None for everything else."""
    if isinstance(value, Text | Formula) or value is None:
        return None
    return (int.from_bytes(value.ljust(WORD, b"\0"), "big") if isinstance(value, bytes) else value) % 2**256


def variable_value(tree: Tree, number: int, known: Bindings, depth: int) -> Value:
    """Return the value of a variable: bound, constant, or a local that is set exactly once."""
    if number in known:
        return known[number]
    node = tree.node(number)
    if node is None or node["nodeType"] != "VariableDeclaration":
        return None
    kind = _spelled(node.get("typeName"))
    if node.get("constant"):
        return _converted(kind, evaluate(tree, node.get("value"), {}, depth + 1))
    if node.get("stateVariable"):
        return None
    values = tree.values.get(number, [])
    if not values:
        return Formula(f"<{kind or 'value'}>")
    return _converted(kind, evaluate(tree, values[0], known, depth + 1)) if len(values) == 1 else None


def binary(operator: str, left: Value, right: Value) -> Value:
    """Return ``left operator right`` as Solidity and Yul compute it on constants."""
    if left is None or right is None:
        return None
    if isinstance(left, Formula) or isinstance(right, Formula):
        return Formula(f"({_written(left)} {operator} {_written(right)})")
    wide = isinstance(left, bytes)
    width = len(left) if isinstance(left, bytes) else WORD
    a, b = (int.from_bytes(side, "big") if isinstance(side, bytes) else side for side in (left, right))
    if operator in {"**", "<<"} and (b > MAX_BITS or abs(a).bit_length() * max(b, 1) > MAX_BITS * WORD):
        return None
    if (operator in {"/", "%"} and b == 0) or (operator in {"**", "<<", ">>"} and b < 0):
        return None
    found = _arithmetic(operator, a, b)
    if found is None:
        return None
    return (found % 256**width).to_bytes(width, "big") if wide else found


def _arithmetic(operator: str, a: int, b: int) -> int | None:  # noqa: PLR0911 - one line an operator
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a // b
        case "%":
            return a % b
        case "**":
            return a**b
        case "<<":
            return a << b
        case ">>":
            return a >> b
        case "&":
            return a & b
        case "|":
            return a | b
        case "^":
            return a ^ b
    return None


def _unary(operator: Any, value: Value) -> Value:
    if value is None or isinstance(value, Formula):
        return None if value is None else Formula(f"{operator}{value}")
    if operator == "~":
        return bytes(255 - byte for byte in value) if isinstance(value, bytes) else ~value
    return -value if operator == "-" and isinstance(value, int) else None


def _literal(node: Mapping[str, Any]) -> Value:
    kind, value = node.get("kind"), node.get("value")
    if kind in {"string", "unicodeString", "hexString"}:
        text = str(node.get("hexValue", ""))
        return Text(bytes.fromhex(text)) if re.fullmatch(r"(?:[0-9a-fA-F]{2})*", text) else None
    if kind == "bool":
        return int(value == "true")
    text = str(value).replace("_", "")
    unit = _SECONDS.get(str(node.get("subdenomination") or "wei"), 1)
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,64}", text):
        return int(text, 16) * unit
    scientific = re.fullmatch(r"([0-9]{1,80})(?:[eE]([0-9]{1,2}))?", text)
    return int(scientific[1]) * 10 ** int(scientific[2] or 0) * unit if scientific else None


def _named(tree: Tree, node: Mapping[str, Any], known: Bindings, depth: int) -> Value:
    number = node.get("referencedDeclaration")
    if isinstance(number, int) and (number in known or tree.node(number) is not None):
        return variable_value(tree, number, known, depth)
    if node.get("memberName") in {"max", "min"}:
        found = _NUMBER.fullmatch(str((node.get("typeDescriptions") or {}).get("typeString", "")))
        if found:
            return _limit(found[1] == "int", int(found[2] or 256), str(node["memberName"]))
    return None


def _limit(signed: bool, bits: int, which: str) -> int:  # noqa: FBT001 - the type's own property
    if which == "max":
        return int(2 ** (bits - signed)) - 1
    return -(2 ** (bits - 1)) if signed else 0


def _call(tree: Tree, node: Mapping[str, Any], known: Bindings, depth: int) -> Value:
    arguments = [evaluate(tree, argument, known, depth + 1) for argument in node.get("arguments") or ()]
    callee = node.get("expression") or {}
    if node.get("kind") == "typeConversion":
        spelled = _spelled(callee.get("typeName")) or str((node.get("typeDescriptions") or {}).get("typeString", ""))
        return _converted(spelled, arguments[0]) if len(arguments) == 1 else None
    target = tree.node(callee.get("referencedDeclaration"))
    name = callee.get("name") or callee.get("memberName")
    if callee.get("nodeType") == "MemberAccess" and target is not None and _bound(target, arguments):
        arguments.insert(0, evaluate(tree, callee.get("expression"), known, depth + 1))
    if name in {"erc7201", "erc7201Slot"} and len(arguments) == 1 and isinstance(arguments[0], Text):
        return erc7201(arguments[0].decode("utf-8", "replace"))
    if target is not None and target["nodeType"] == "FunctionDefinition":
        return _function(tree, target, arguments, depth)
    return _builtin(str(name), node, arguments)


def _bound(function: Mapping[str, Any], arguments: list[Value]) -> bool:
    """Whether ``x.f(...)`` passes ``x`` as the first argument (``using L for T``)."""
    parameters = (function.get("parameters") or {}).get("parameters", ())
    return function["nodeType"] == "FunctionDefinition" and len(parameters) == len(arguments) + 1


def _function(tree: Tree, function: Mapping[str, Any], arguments: list[Value], depth: int) -> Value:
    """Return what a function with one ``return`` and nothing else comes to."""
    statements = (function.get("body") or {}).get("statements") or ()
    parameters = (function.get("parameters") or {}).get("parameters", ())
    if len(statements) != 1 or statements[0].get("nodeType") != "Return" or len(parameters) != len(arguments):
        return None
    bindings = {parameter["id"]: value for parameter, value in zip(parameters, arguments, strict=True)}
    return evaluate(tree, statements[0].get("expression"), bindings, depth + 1)


def _builtin(name: str, node: Mapping[str, Any], arguments: list[Value]) -> Value:
    if any(argument is None for argument in arguments):
        return None
    if any(isinstance(argument, Formula) for argument in arguments):
        return Formula(f"{name}({', '.join(_written(argument) for argument in arguments)})")
    kinds = [str((a.get("typeDescriptions") or {}).get("typeString", "")) for a in node.get("arguments") or ()]
    match name:
        case "keccak256" if len(arguments) == 1 and isinstance(arguments[0], bytes):
            return bytes(keccak(bytes(arguments[0])))
        case "encode":
            return Text(_abi_encoded(arguments))
        case "encodePacked" | "concat":
            pieces = [_packed(value, kind) for value, kind in zip(arguments, kinds, strict=False)]
            return None if any(piece is None for piece in pieces) else Text(b"".join(piece or b"" for piece in pieces))
    return None


def _abi_encoded(values: list[Value]) -> bytes:
    """Source: https://docs.soliditylang.org/en/latest/abi-spec.html#formal-specification-of-the-encoding."""
    head, tail, offset = b"", b"", WORD * len(values)
    for value in values:
        if isinstance(value, Text):
            head += (offset + len(tail)).to_bytes(WORD, "big")
            tail += len(value).to_bytes(WORD, "big") + value.ljust(-(-len(value) // WORD) * WORD, b"\0")
        elif isinstance(value, bytes):
            head += value.ljust(WORD, b"\0")
        elif isinstance(value, int):
            head += (value % 2**256).to_bytes(WORD, "big")
    return head + tail


def _packed(value: Value, kind: str) -> bytes | None:
    if isinstance(value, bytes):
        return bytes(value)
    found = _NUMBER.fullmatch(kind)
    size = int(found[2] or 256) // 8 if found else {"address": 20, "bool": 1}.get(kind.removesuffix(" payable"))
    return (value % 256**size).to_bytes(size, "big") if size and isinstance(value, int) else None


def _converted(kind: str, value: Value) -> Value:
    if value is None or isinstance(value, Formula):
        return value
    if fixed := _BYTES.fullmatch(kind):
        size = int(fixed[1])
        if isinstance(value, bytes):
            return bytes(value[:size].ljust(size, b"\0"))
        return (value % 256**size).to_bytes(size, "big")
    if number := _NUMBER.fullmatch(kind):
        raw = int.from_bytes(value, "big") if isinstance(value, bytes) else value
        return raw % 2 ** int(number[2] or 256) if number[1] == "uint" else raw
    if kind in {"string", "bytes"} and isinstance(value, bytes):
        return Text(value)
    if kind.startswith("address"):
        return (int.from_bytes(value, "big") if isinstance(value, bytes) else value) % 2**160
    return value


def _spelled(name: Any) -> str:
    return str(name.get("name", "")) if isinstance(name, dict) else ""


def _written(value: Value) -> str:
    if isinstance(value, Text):
        return repr(bytes(value))[1:]
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
