"""The real upgrades that both comparators judge: every labelled pair, and every step of every manifest.

``../shared/layouts`` holds 408 labelled pairs of layouts that real teams deployed, and the OpenZeppelin manifests of
two perpetuals protocols.  Consecutive implementations of one contract in a manifest are one pair each.
"""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

LAYOUTS: Final = Path(__file__).resolve().parents[2] / "shared" / "layouts"


@dataclass(frozen=True, slots=True)
class Side:
    """One layout as parsed JSON.

    Attributes:
        document: The file as our readers take it: a layout of a history, or a manifest with this one implementation.
        layout: The bare ``{storage, types, namespaces}`` of it, as the peer's comparator takes it.
        origin: File and key.
    """

    document: dict[str, Any]
    layout: dict[str, Any]
    origin: str


def real_pairs() -> list[tuple[Side, Side]]:
    """Return every pair, labelled ones first."""
    return [*_labelled(), *_manifests()]


def _labelled() -> list[tuple[Side, Side]]:
    labels = json.loads((LAYOUTS / "pairs.json").read_text())
    return [(_history(label["layout_from"]), _history(label["layout_to"])) for label in labels]


def _history(path: str) -> Side:
    document = json.loads((LAYOUTS / "histories" / path).read_text())
    return Side(document, document["storageLayout"], path)


def _manifests() -> list[tuple[Side, Side]]:
    pairs: list[tuple[Side, Side]] = []
    for file in sorted((LAYOUTS / "manifests").glob("*/*.json")):
        by_contract: dict[str, list[Side]] = {}
        for key, entry in json.loads(file.read_text())["impls"].items():
            storage = entry["layout"]["storage"]
            contract = storage[-1].get("contract", "") if storage else ""
            side = Side({"impls": {key: entry}}, entry["layout"], f"{file.name}#{entry['address']}")
            by_contract.setdefault(contract, []).append(side)
        for sides in by_contract.values():
            pairs += itertools.pairwise(sides)
    return pairs
