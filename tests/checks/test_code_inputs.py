"""The rules on inputs that hold less than everything, or something that no compiler wrote."""

import contextlib
import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upgrader.build import Artifact, Bytecode
from upgrader.checks.code import CodePair, examine
from upgrader.errors import InputError
from upgrader.findings import Severity, verdict_of

VECTORS = Path(__file__).parents[1] / "vectors" / "checks"
OLD_COMPILERS = ("0.5.17", "0.6.12")

DELEGATECALL_CODE = bytes.fromhex("5f5f5f5f5f5ff400")
"""PUSH0 x6, DELEGATECALL, STOP."""


def _codes(pair: CodePair) -> set[tuple[str, str]]:
    return {(finding.code, finding.severity.value) for finding in examine(pair)}


def _without_source(artifact: Artifact) -> Artifact:
    return replace(artifact, asts={}, texts={})


def _layout_only(artifact: Artifact) -> Artifact:
    return replace(_without_source(artifact), abi=None, runtime=None, creation=None)


def _old(version: str, contract: str) -> Artifact:
    vector = json.loads((VECTORS / f"solc-{version}.json").read_text())
    return Artifact(
        "Market.sol",
        contract,
        abi=tuple(vector["contracts"][contract]["abi"]),
        storage_layout=vector["contracts"][contract]["storageLayout"],
        asts={"Market.sol": vector["ast"]},
        texts={"Market.sol": vector["text"]},
    )


def test_raw_layouts_do_not_block(fixtures):
    """Two storage layouts and nothing else: one note says that no code was judged."""
    new, old = (_layout_only(fixtures[f"lock.sol:LockDroppedUups_{v}"]) for v in ("V2", "V1"))

    assert _codes(CodePair(new, old)) == {("code-unjudged", "NOTE")}


def test_code_without_source_is_named_as_unjudged(fixtures):
    """Bytecode and ABI without AST: a warning says what could not be judged, and nothing blocks for it."""
    new = _without_source(fixtures["lock.sol:LockDroppedUups_V2"])

    findings = examine(CodePair(new, new))

    assert ("code-unjudged", "WARNING") in {(f.code, f.severity.value) for f in findings}
    assert [f for f in findings if f.blocks] == []


@pytest.mark.parametrize("name", ["DestructSolidity_V2", "DestructAttached_V2"])
def test_selfdestruct_is_seen_in_bytecode_alone(fixtures, name):
    """An implementation known by its code only still cannot hide a selfdestruct."""
    new = _without_source(fixtures[f"operations.sol:{name}"])

    assert ("unsafe-selfdestruct", "BLOCKER") in _codes(CodePair(new))


@pytest.mark.parametrize("name", ["DelegateDirect_V2", "DelegateAssembly_V2", "DelegateInFallback_V2"])
def test_delegatecall_is_seen_in_bytecode_alone(fixtures, name):
    """A delegatecall in bare code cannot be told from an acknowledged one, and blocks as unjudged."""
    new = _without_source(fixtures[f"operations.sol:{name}"])

    (finding,) = [f for f in examine(CodePair(new)) if f.code == "unsafe-delegatecall"]

    assert (finding.severity, finding.judged) == (Severity.BLOCKER, False)


def test_delegatecall_that_was_there_before_is_a_warning_in_bare_code(fixtures):
    """Without source, what the live code does already is no reason to refuse the next."""
    code = _without_source(fixtures["operations.sol:DelegateDirect_V2"])

    assert ("unsafe-delegatecall", "WARNING") in _codes(CodePair(code, code))


@pytest.mark.parametrize(
    "name", ["operations.sol:DestructInChild_V2", "operations.sol:DestructByName_V2", "lock.sol:LockNotNeeded_V2"]
)
def test_bytes_behind_the_code_are_no_instructions(fixtures, name):
    """Embedded creation code, strings and metadata may hold any byte."""
    assert not {
        code for code, severity in _codes(CodePair(_without_source(fixtures[name]))) if code.startswith("unsafe-")
    }


def test_the_upgrade_function_s_own_delegatecall_is_a_note_in_bare_code(fixtures):
    """A UUPS implementation without source has the one DELEGATECALL it needs."""
    new = _without_source(fixtures["authorize.sol:AuthorizeRole_V2"])

    assert ("unsafe-delegatecall", "NOTE") in _codes(CodePair(new))


def test_uups_lost_is_judged_from_selectors_in_bare_code(fixtures):
    """Code alone, without ABI, is enough to see that the upgrade function is gone."""
    old, new = (replace(_without_source(fixtures[f"authorize.sol:UupsDropped_{v}"]), abi=None) for v in ("V1", "V2"))

    assert ("uups-lost", "BLOCKER") in _codes(CodePair(new, old))


def test_source_does_not_hide_what_its_code_has(fixtures):
    """Where the compiled code has a delegatecall that the source does not show, the code is believed."""
    honest = fixtures["operations.sol:InternalHarmless_V2"]
    forged = replace(honest, runtime=Bytecode(DELEGATECALL_CODE))

    assert ("unsafe-delegatecall", "BLOCKER") not in _codes(CodePair(honest))
    assert ("unsafe-delegatecall", "BLOCKER") in _codes(CodePair(forged))


def test_linked_library_without_source_is_a_warning(fixtures):
    """A library that is only a place in the code was not checked, which is said."""
    new = _without_source(fixtures["operations.sol:LinkedHarmless_V2"])

    assert ("external-library", "WARNING") in _codes(CodePair(new))


@pytest.mark.parametrize(("size", "blocks"), [(24_576, False), (24_577, True)])
def test_code_size_is_bounded_by_eip_170(size, blocks):
    """The limit itself is allowed, one byte more is not."""
    new = Artifact("", "Large", runtime=Bytecode(bytes(size)))

    assert (("code-size", "BLOCKER") in _codes(CodePair(new))) is blocks


def test_immutable_values_of_deployed_code_are_compared(fixtures):
    """Two deployed implementations that differ in an immutable are told apart by its bytes."""
    artifact = fixtures["values.sol:ImmutableSame_V2"]

    def deployed(value: int) -> Artifact:
        code = bytearray(artifact.runtime.code)
        for places in artifact.runtime.immutables.values():
            for offset, length in places:
                code[offset : offset + length] = value.to_bytes(length, "big")
        return replace(artifact, runtime=replace(artifact.runtime, code=bytes(code)))

    (finding,) = [f for f in examine(CodePair(deployed(2), deployed(1))) if f.code == "immutable-changed"]

    assert (finding.evidence["before"][-2:], finding.evidence["now"][-2:]) == ("01", "02")
    assert [f for f in examine(CodePair(deployed(1), deployed(1))) if f.code == "immutable-changed"] == []


@pytest.mark.parametrize("version", OLD_COMPILERS)
def test_asts_of_old_compilers_are_read(version):
    """Solc 0.5 and 0.6 spell kinds, assembly and documentation otherwise; the findings are the same."""
    found = _codes(CodePair(_old(version, "MarketV2"), _old(version, "MarketV1")))

    assert found == {
        ("event-changed", "WARNING"),
        ("function-public-inherited", "NOTE"),
        ("implementation-unlocked", "BLOCKER"),
        ("initializer-missing", "BLOCKER"),
        ("initializer-recallable", "BLOCKER"),
        ("unsafe-delegatecall", "BLOCKER"),
        ("unsafe-selfdestruct", "BLOCKER"),
    }


def test_builtin_ids_may_be_negative_or_unsigned(fixtures):
    """Native solc numbers built-ins -18, its JavaScript build 4294967278: both mean `require`."""

    def renumbered(node):
        if isinstance(node, dict):
            return {
                key: value + 2**32
                if key == "referencedDeclaration" and isinstance(value, int) and value < 0
                else renumbered(value)
                for key, value in node.items()
            }
        return [renumbered(item) for item in node] if isinstance(node, list) else node

    name = "authorize.sol:AuthorizeInternalCall_V2"
    native = fixtures[name]
    javascript = replace(native, asts=renumbered(dict(native.asts)))

    assert javascript.asts != native.asts
    assert examine(CodePair(javascript)) == examine(CodePair(native))


_JUNK = st.sampled_from([None, 0, -1, 10**30, "", "x", [], {}, [[]], {"nodeType": 3}, {"id": "a"}, True])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_forged_asts_end_in_findings_or_in_an_error(data):
    """Any field of an AST replaced by anything: never a traceback."""
    artifact = _old("0.6.12", "MarketV2")
    ast = copy.deepcopy(dict(artifact.asts["Market.sol"]))
    for _ in range(data.draw(st.integers(1, 4))):
        node = ast
        for _ in range(data.draw(st.integers(0, 14))):
            inner = [v for v in (node.values() if isinstance(node, dict) else node) if isinstance(v, dict | list) and v]
            if not inner:
                break
            node = data.draw(st.sampled_from(inner))
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        node[key] = copy.deepcopy(data.draw(_JUNK))  # the same object twice could make a circle, which JSON cannot

    with contextlib.suppress(InputError):
        verdict_of(examine(CodePair(replace(artifact, asts={"Market.sol": ast}), _old("0.6.12", "MarketV1"))))


@given(code=st.binary(max_size=400))
def test_any_bytes_can_be_examined(code):
    """Code is untrusted: whatever its bytes, there is an answer."""
    verdict_of(examine(CodePair(Artifact("", "Any", runtime=Bytecode(code), creation=Bytecode(code)))))
