"""Which settings judge code: without the optimizer where that proves enough, the project's own otherwise."""

import pytest

from upgrader.edges.judging import JudgingSolc, plain_settings
from upgrader.edges.solc import Outputs, Solc

OPTIMIZED = {"optimizer": {"enabled": True, "runs": 200}}
VERSION = "0.8.37"


def _market(functions):
    bodies = "\n".join(
        f"function f{i}(uint256 a, uint256 b) external returns (uint256) {{ x[{i}] = a * b + {i}; "
        f"y[a] += b / (a + {i}); emit Done(a, b, {i}); return x[{i}] ** 2 + y[b]; }}"
        for i in range(functions)
    )
    head = "event Done(uint256, uint256, uint256); mapping(uint256 => uint256) x; mapping(uint256 => uint256) y;"
    return {"Market.sol": f"pragma solidity ^0.8.0; contract Market {{ {head} {bodies} }}"}


def _only(found):
    (artifact,) = found.values()
    return artifact


def test_a_small_contract_is_judged_without_the_optimizer(tmp_path):
    """And says so in its settings."""
    found = _only(JudgingSolc().compile_texts(_market(4), root=tmp_path, settings=OPTIMIZED))

    assert {"enabled": False} == found.compiler.settings["optimizer"]
    assert found.runtime.code


def test_a_contract_that_is_too_large_without_the_optimizer_is_compiled_with_it(tmp_path):
    """26 kB without, 17 kB with: the second is what would be deployed."""
    found = _only(JudgingSolc().compile_texts(_market(62), root=tmp_path, settings=OPTIMIZED))

    exact = _only(Solc(Outputs.NAMED).compile_texts(_market(62), root=tmp_path, settings=OPTIMIZED))
    assert exact == found
    assert 15_000 < len(found.runtime.code) < 20_000


def test_what_was_compiled_for_a_deployment_is_not_compiled_again(tmp_path):
    """The exact code is there: nothing else is as good."""
    exact = _only(Solc(Outputs.NAMED).compile_texts(_market(4), root=tmp_path, settings=OPTIMIZED))

    assert exact == _only(JudgingSolc().compile_texts(_market(4), root=tmp_path, settings=OPTIMIZED))


@pytest.mark.parametrize(
    "settings",
    [
        {"viaIR": True, **OPTIMIZED},
        {"optimizer": {"enabled": True, "runs": 1_000_000}},
        {"optimizer": {"enabled": True, "details": {"inliner": True}}},
    ],
)
def test_settings_that_may_enlarge_code_are_kept(settings):
    """Nothing is known then of the code without them."""
    assert plain_settings(settings, VERSION) is None


def test_everything_else_of_the_settings_is_kept():
    """Only what the optimizer does, and the hash behind the code, is left out."""
    assert {
        "optimizer": {"enabled": False},
        "evmVersion": "paris",
        "metadata": {"useLiteralContent": True, "bytecodeHash": "none", "appendCBOR": False},
    } == plain_settings({"evmVersion": "paris", "metadata": {"useLiteralContent": True}, **OPTIMIZED}, VERSION)
    assert {"optimizer": {"enabled": False}} == plain_settings(OPTIMIZED, "0.8.17")
