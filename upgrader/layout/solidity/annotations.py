r"""NatSpec tags about storage, in front of a declaration.

solc puts the documentation of a struct into the AST from 0.8.20 on and that of a struct's member never, so where the
node has none the comment in front of it is read from the source text.

Sources: https://eips.ethereum.org/EIPS/eip-7201 (``@custom:storage-location``),
https://docs.openzeppelin.com/upgrades-plugins/faq (``@custom:oz-renamed-from``, ``@custom:oz-retyped-from``)
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from upgrader.layout.solidity.tree import Tree

LOCATION: Final = "storage-location"
RENAMED: Final = "oz-renamed-from"
RETYPED: Final = "oz-retyped-from"

_TAG: Final = re.compile(r"@custom:([a-z0-9-]+)[ \t]+([^\n@]*)")
_DECORATION: Final = re.compile(r"^\s*(?:///|\*/|/\*\*|\*)?[ \t]?", re.MULTILINE)


def tags(tree: Tree, node: Mapping[str, Any]) -> dict[str, str]:
    """Return the ``@custom:`` tags of a declaration, by name without ``custom:``."""
    found = dict(_TAG.findall(_documentation(tree, node)))
    return {name: value.strip().removesuffix("*/").strip() for name, value in found.items()}


def namespace(tags_of_struct: Mapping[str, str]) -> str:
    """Return the ERC-7201 id that a struct is annotated with; empty without one."""
    scheme, _, name = tags_of_struct.get(LOCATION, "").partition(":")
    return name.strip() if scheme.strip() == "erc7201" else ""


def _documentation(tree: Tree, node: Mapping[str, Any]) -> str:
    documentation = node.get("documentation")
    if isinstance(documentation, dict):
        return str(documentation.get("text", ""))
    if isinstance(documentation, str):
        return documentation
    before = tree.text_before(node)
    return _DECORATION.sub("", _last_comments(before)) if "@custom:" in before else ""


def _last_comments(text: str) -> str:
    """Return the NatSpec comments that a text ends in."""
    found: list[str] = []
    while text := text.rstrip():
        if text.endswith("*/"):
            begin = text.find("/**", text.rfind("*/", 0, -2) + 1)
        else:
            begin = text.find("///", text.rfind("\n") + 1)
        if begin < 0:
            break
        found.append(text[begin:])
        text = text[:begin]
    return "\n".join(reversed(found))
