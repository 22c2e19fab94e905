"""References that name nothing: told at once, with what was probably meant."""

import os

import pytest

from upgrader.edges.sources import SourceReader
from upgrader.errors import InputError
from upgrader.nearest import listed, nearest

SOURCE = "pragma solidity ^0.8.20; contract MarketV1 { uint256 a; } contract MarketV2 { uint256 a; }"


class NoCompiler:
    """A compiler that nobody may ask."""

    def compile(self, *_, **__):
        """Fail: what is asked here needs no compiler."""
        raise AssertionError


@pytest.fixture
def reader(tmp_path):
    """Return a reader of a project with two contracts that cannot compile."""
    (tmp_path / "foundry.toml").write_text("")
    (tmp_path / "contracts" / "v1").mkdir(parents=True)
    (tmp_path / "contracts" / "v1" / "Market.sol").write_text(SOURCE)
    (tmp_path / "contracts" / "Vault.sol").write_text("contract Vault {} // contract Commented {}")
    (tmp_path / "layout.json").write_text("{}")
    return SourceReader(tmp_path, compiler=NoCompiler())


@pytest.mark.parametrize(
    ("wrong", "message", "remedy"),
    [
        ("contracts/v1/Market.sol:MarketV", "no contract 'MarketV'", "name one of: MarketV1, MarketV2"),
        ("contracts/Vault.sol:Valt", "no contract 'Valt'", "name one of: Vault$"),
        ("contracts/v1/Markt.sol:MarketV2", "names no file", "did you mean contracts/v1/Market.sol:MarketV2"),
        ("contracts/v1/Markt.sol", "names no file", "did you mean contracts/v1/Market.sol?"),
        ("v1/Market.sol:Else", "names no file", "did you mean contracts/v1/Market.sol?"),
        ("MarketV2", "names no file", "did you mean contracts/v1/Market.sol:MarketV2?"),
        ("Commented", "names no file", "give file.sol:Contract"),
        ("layot.json", "names no file", "did you mean layout.json"),
        ("nothing-alike.json", "names no file", "give file.sol:Contract"),
        ("contracts", "is a folder", "--all"),
        ("contracts/v1/", "is a folder", "--all"),
        ("x" * 300 + ".json", "names no file", "give"),
        ("x" * 300, "names no file", "give"),
        ("y" * 5_000 + ".sol:A", "names no file", "give"),
        ("\x1b[2J\u202e.sol:A", "names no file", "give"),
        ("\ud800", "names no file", "give"),
        ("mainnet:0xab", "names no file", "give"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_names_nothing_is_told_before_anything_is_compiled(reader, wrong, message, remedy, first):
    """On either side: the other one is not compiled first."""
    good = "contracts/v1/Market.sol:MarketV1"

    with pytest.raises(InputError, match=message) as caught:
        reader.read_all([wrong, good] if first else [good, wrong])

    assert remedy.rstrip("$") in caught.value.remedy
    assert not remedy.endswith("$") or caught.value.remedy.endswith(remedy[:-1])
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("kind", ["fifo", "folder", "loop"])
def test_what_is_no_file_is_not_opened(reader, tmp_path, kind):
    """A named pipe would wait for ever."""
    path = tmp_path / "odd.sol"
    {"fifo": os.mkfifo, "folder": os.mkdir, "loop": lambda where: where.symlink_to(where)}[kind](path)

    with pytest.raises(InputError, match="not a regular file"):
        reader.read_all(["odd.sol:A", "contracts/Vault.sol:Vault"])


def test_a_name_that_a_comment_hides_is_left_to_the_compiler(reader, tmp_path):
    """Only a file without the word is refused: what a string or a comment does to the search decides nothing."""
    (tmp_path / "Odd.sol").write_text('string constant U = "https://x"; contract Behind {}')

    with pytest.raises(AssertionError):
        reader.read_all(["Odd.sol:Behind"])


def test_the_nearest_names_come_first_and_the_rest_is_counted():
    """Whatever case they are in."""
    assert ["MarketV1", "MarketV2"] == nearest("marketv1", ["Vault", "MarketV2", "MarketV1"], 2)
    assert [] == nearest("zzz", ["Vault"], 2, least=0.5)
    assert "b1, b0 and 8 more" == listed("b1", [f"b{i}" for i in range(10)], 2)
