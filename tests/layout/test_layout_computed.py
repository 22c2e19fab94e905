"""The packing rules of our own, held against solc's storageLayout."""

from dataclasses import replace
from functools import cache

import pytest
from layout_corpora import ROOT, SHARED, adversarial_artifacts, own_artifacts

from upgrader.edges.solc import Outputs, Solc
from upgrader.layout.model import RegionKind
from upgrader.layout.read import layout_of
from upgrader.layout.types import Struct

PERP = ROOT / "node_modules" / "@perp" / "curie-contract"


@cache
def _perp():
    """Perpetual Protocol v2 as published, with every contract it imports (solc 0.7.6)."""
    sources = [f"contracts/{file.name}" for file in sorted((PERP / "contracts").glob("*.sol"))]
    return Solc(Outputs.SOURCE).compile(sources, root=PERP)


@cache
def _reference():
    """The reference protocol in both versions, with OpenZeppelin's contracts."""
    sources = [
        str(file.relative_to(ROOT)) for folder in ("v1", "v2") for file in (ROOT / "contracts" / folder).glob("*.sol")
    ]
    return Solc(Outputs.SOURCE).compile(sorted(sources), root=ROOT)


CORPORA = {"own": own_artifacts, "adversarial": adversarial_artifacts, "reference": _reference, "perp": _perp}


def _shape(layout):
    """Return everything that solc says, with types by label: ids are the compiler's own."""
    root = next(region for region in layout.regions if region.kind is RegionKind.ROOT)
    return root.base, [_variable(layout, variable) for variable in root.variables]


def _variable(layout, variable, depth=0):
    kind = layout.types[variable.type]
    members = ()
    if isinstance(kind, Struct) and depth < 4:
        members = tuple(_variable(layout, member, depth + 1) for member in kind.members)
    return variable.name, variable.slot, variable.offset, variable.size, variable.type, members


@pytest.mark.parametrize("corpus", CORPORA)
def test_computed_layout_equals_the_compilers(corpus):
    """For every contract of the corpus, the layout computed from the AST is the one that solc states."""
    if corpus == "adversarial" and not SHARED.exists():
        pytest.skip("the shared adversarial corpus is not here")
    differing = []
    compared = 0
    for artifact in CORPORA[corpus]().values():
        if not artifact.storage_layout["storage"]:
            continue
        computed = layout_of(replace(artifact, storage_layout=None, transient_layout=None))
        compared += 1
        if _shape(layout_of(artifact)) != _shape(computed):
            differing.append(artifact.qualified)

    assert compared > 5
    assert [] == differing


PLACED_BY_CODE = """pragma solidity ^0.8.0;
import "Inner.sol";
contract Outer {
    function f() external view returns (uint256 r) {
        bytes32 slot = keccak256(type(Inner).creationCode);
        assembly { r := sload(slot) }
    }
}
"""


@pytest.mark.parametrize(
    ("inner", "same"),
    [("contract Inner { uint256 a; }", True), ("contract Inner { uint256 a; uint256 b; }", False)],
)
def test_slot_that_another_contract_s_code_gives_is_where_that_code_is_the_same(inner, same):
    """What ``type(C).creationCode`` hashes to changes with C, whatever the expression says."""
    layouts = [
        layout_of(
            Solc(Outputs.SOURCE).compile_texts(
                {"Inner.sol": f"pragma solidity ^0.8.0;\n{text}\n", "O.sol": PLACED_BY_CODE}, root=ROOT
            )["O.sol:Outer"]
        )
        for text in ("contract Inner { uint256 a; }", inner)
    ]

    formulas = [{region.formula for region in layout.regions} for layout in layouts]

    assert same == (formulas[0] == formulas[1])
