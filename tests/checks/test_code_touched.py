"""How much of what changed each function reaches: the same whatever else the compiler saw in the same run."""

from upgrader.calls import selector
from upgrader.checks.code import touched
from upgrader.edges.solc import Outputs, Solc

BASE = """pragma solidity ^0.8.29;
abstract contract Base {
    struct Position { uint128 size; uint128 entry; }
    mapping(address => Position) internal positions;
    function _owed(address who) internal view virtual returns (uint256 owed) {
        (uint256 size, uint256 entry) = (positions[who].size, positions[who].entry);
        if (size == 0) { return 0; }
        assembly { owed := mul(size, entry) }
    }
    function owed(address who) external view returns (uint256) { return _owed(who); }
    function size(address who) external view returns (uint256) { Position storage p = positions[who]; return p.size; }
    function close() external { delete positions[msg.sender]; }
}"""
TEXTS = {
    "A.sol": "pragma solidity ^0.8.29; contract Other { uint256 a; function f() external { a++; } }",
    "Base.sol": BASE,
    "V1.sol": 'pragma solidity ^0.8.29; import "./Base.sol"; contract V1 is Base {}',
    "V2.sol": 'pragma solidity ^0.8.29; import "./Base.sol"; contract V2 is Base {\n'
    "    // Rounds up.\n"
    "    function _owed(address who) internal view override returns (uint256) { return super._owed(who) + 1; }\n}",
}
CHANGED, KEPT = selector("owed(address)"), (selector("size(address)"), selector("close()"))


def compiled(tmp_path, *names):
    texts = {name: TEXTS[name] for name in ("Base.sol", *names)}
    return Solc(Outputs.SOURCE, cached=False).compile_texts(texts, root=tmp_path)


def test_only_what_was_changed_is_touched_in_one_run_and_in_two(tmp_path):
    """The numbers of a compiler's tree differ from run to run, and say nothing."""
    together = compiled(tmp_path, "A.sol", "V1.sol", "V2.sol")
    old, new = compiled(tmp_path, "V1.sol")["V1.sol:V1"], compiled(tmp_path, "A.sol", "V2.sol")["V2.sol:V2"]

    in_one = touched({"market": (together["V1.sol:V1"], together["V2.sol:V2"])})["market"]
    in_two = touched({"market": (old, new)})["market"]

    assert in_one == in_two
    assert in_one[CHANGED] > 0
    assert [0.0, 0.0] == [in_one[each] for each in KEPT]
