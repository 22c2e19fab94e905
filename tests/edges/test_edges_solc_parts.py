"""One compilation in parts: what each part is asked for, and that together they say what one compiler says."""

from pathlib import Path

import pytest

from upgrader.edges import solc_parts
from upgrader.edges.compilers import run_solc
from upgrader.edges.solc import Outputs, Solc
from upgrader.edges.solc_parts import joined, parts

CODE = "evm.bytecode.object"
ALL = {"*": ["abi"], "": ["ast"]}

SOURCES = {
    "Base.sol": "pragma solidity 0.8.37; contract Base { uint256 immutable _at = block.number; "
    "function at() public view returns (uint256) { return _at; } }",
    **{
        f"C{number}.sol": f'pragma solidity 0.8.37; import "./Base.sol"; contract C{number} is Base '
        f"{{ uint256 x; function f() external view returns (uint256) {{ return {number} + at() + x; }} }}"
        for number in range(30)
    },
}


def test_code_is_asked_for_apart_from_the_rest() -> None:
    selection = {"*": ALL, "A.sol": {"*": ["abi", CODE], "": ["ast"]}}
    assert list(parts(selection, 2)) == [{"A.sol": {"*": [CODE]}}, {"*": ALL, "A.sol": ALL}]


@pytest.mark.parametrize("workers", [2, 3, 4])
def test_many_units_are_dealt_among_the_workers(workers: int) -> None:
    selection = {"*": ALL, **{f"{number:02d}.sol": {"*": ["abi", CODE], "": ["ast"]} for number in range(60)}}
    *coded, rest = parts(selection, workers)
    assert len(coded) == workers
    assert sorted(unit for part in coded for unit in part) == sorted(unit for unit in selection if unit != "*")
    assert rest == dict.fromkeys(selection, ALL)
    assert len(list(parts(selection, workers, slow=False))) == workers, (
        "code that is had fast leaves a core to the rest"
    )


@pytest.mark.parametrize(
    ("selection", "workers"),
    [({"*": ALL}, 4), ({"*": ALL, "A.sol": {"*": [CODE], "": ["ast"]}}, 1)],
    ids=["no code", "one core"],
)
def test_where_nothing_is_won_there_is_one_part(selection: solc_parts.Selection, workers: int) -> None:
    assert list(parts(selection, workers)) == [selection]


def test_a_contract_has_what_any_part_says_of_it_and_a_message_stands_once() -> None:
    warning = {"message": "unused"}
    code = {"contracts": {"A.sol": {"A": {"evm": {"bytecode": {}}}}}, "errors": [warning, {"message": "too large"}]}
    rest = {"contracts": {"A.sol": {"A": {"abi": []}, "I": {"abi": []}}}, "errors": [warning], "sources": {"A.sol": {}}}
    assert joined([code, rest]) == {
        "contracts": {"A.sol": {"A": {"abi": [], "evm": {"bytecode": {}}}, "I": {"abi": []}}},
        "errors": [warning, {"message": "too large"}],
        "sources": {"A.sol": {}},
    }


@pytest.mark.parametrize("outputs", [Outputs.NAMED, Outputs.EVERYTHING])
def test_together_they_say_what_one_compiler_says(
    outputs: Outputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solc_parts, "MOST_WORKERS", 2)
    monkeypatch.setattr(solc_parts.os, "cpu_count", lambda: 2)
    asked = []

    def watched(request: dict[str, object], version: str) -> object:
        asked.append(request["settings"]["outputSelection"])
        return run_solc(request, version)

    monkeypatch.setattr(solc_parts, "run_solc", watched)
    together = Solc(outputs, cached=False).compile_texts(SOURCES, root=tmp_path, named=sorted(SOURCES))
    monkeypatch.setattr(solc_parts.os, "cpu_count", lambda: 1)
    alone = Solc(outputs, cached=False).compile_texts(SOURCES, root=tmp_path, named=sorted(SOURCES))

    assert together == alone
    assert len(asked) == 2 + 1
