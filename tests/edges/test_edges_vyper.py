"""Vyper sources, with compilers that print what real ones printed (``tests/vectors/vyper``)."""

from pathlib import Path

import pytest

from upgrader.edges.sources import SourceReader
from upgrader.edges.vyper import _allows
from upgrader.errors import InputError, UnavailableError
from upgrader.findings import Verdict
from upgrader.flows.check import check_pair

VECTORS = Path(__file__).resolve().parents[1] / "vectors/vyper"
COMPILER = """#!/bin/sh
if [ "$1" = --version ]; then echo "{version}+commit.0"; exit; fi
echo "$PWD $*" >> {log}
for last; do :; done
grep -q refused "$last" && {{ echo "UnknownType: refused" >&2; exit 1; }}
cat {vectors}/{version}/$(basename "$last" .vy).json
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project with the sources of the vectors, and nothing installed."""
    for source in (VECTORS / "sources").glob("*.vy"):
        (tmp_path / source.name).write_text(source.read_text())
    (tmp_path / "foundry.toml").touch()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("VVM_BINARY_PATH", str(tmp_path / "vvm"))
    return tmp_path


def install(project, version, *, on_path=True):
    """Install a compiler of a version."""
    place = project / ("bin/vyper" if on_path else f"vvm/vyper-{version}")
    place.parent.mkdir(exist_ok=True)
    place.write_text(COMPILER.format(version=version, log=project / "log", vectors=VECTORS))
    place.chmod(0o755)


def named(project, name, version):
    """Name a version in a source."""
    source = project / f"{name}.vy"
    source.write_text(f"# pragma version {version}\n{source.read_text()}")


def test_sources_are_compiled_and_compared(project):
    """OLD and NEW may be sources: each is asked for its layout and its annotated AST, from the project's folder."""
    install(project, "0.4.3")
    reader = SourceReader(project)

    result = check_pair(*reader.read_all(["base.vy", "inserted.vy:inserted"]))

    assert Verdict.UNSAFE is result.verdict
    assert f"{project} --enable-decimals -f layout,annotated_ast ./base.vy" in (project / "log").read_text()
    assert (project, "inserted.vy") == reader.home("inserted.vy")


def test_a_source_is_compiled_by_a_version_that_it_names(project):
    """Versions of vvm are taken where the one on the PATH is another; 0.3 is asked in its own words."""
    install(project, "0.4.3")
    install(project, "0.3.10", on_path=False)
    install(project, "0.3.7", on_path=False)
    named(project, "base", "~=0.3.7")

    reader = SourceReader(project)
    result = check_pair(reader.read("base.vy"), reader.read("appended.vy"))

    assert Verdict.SAFE is result.verdict
    assert ["-f layout,ast ./base.vy", "--enable-decimals -f layout,annotated_ast ./appended.vy"] == [
        line.partition(" ")[2] for line in (project / "log").read_text().splitlines()
    ]


def test_without_a_version_that_fits_nothing_is_compiled(project):
    """What is there is named, and how another is had."""
    install(project, "0.4.3")
    named(project, "base", "==0.3.10")

    with pytest.raises(UnavailableError, match=r"no vyper of ==0\.3\.10 .* there is 0\.4\.3") as caught:
        SourceReader(project).read("base.vy")

    assert "pip install vyper" in caught.value.remedy
    assert not (project / "log").exists()


def test_a_compiler_in_a_project_is_not_run(project):
    """Whoever can commit a source can commit an executable."""
    (project / ".venv").mkdir()
    install(project / ".venv", "0.4.3")

    with pytest.raises(UnavailableError, match="no vyper of any version"):
        SourceReader(project).read("base.vy")


def test_what_the_compiler_refuses_is_told_in_its_words(project):
    """A source with an error ends in that error."""
    install(project, "0.4.3")
    (project / "base.vy").write_text("# refused\n")

    with pytest.raises(InputError, match="UnknownType: refused"):
        SourceReader(project).read("base.vy")


def test_a_source_is_one_contract(project):
    """It is called as its file is."""
    install(project, "0.4.3")

    with pytest.raises(InputError, match="no contract 'Other'"):
        SourceReader(project).read("base.vy:Other")


@pytest.mark.parametrize(
    ("version", "pragma", "noted"),
    [("0.4.3", "", True), ("0.4.3", "# pragma evm-version cancun\n", False), ("0.3.10", "", False)],
)
def test_the_evm_that_a_compiler_chose_is_noted(project, version, pragma, noted):
    """It decides where variables lie from 0.4 on, and not before."""
    install(project, version)
    source = project / "base.vy"
    source.write_text(pragma + source.read_text())

    described = SourceReader(project).read("base.vy")

    told = [
        finding.message for finding in check_pair(described, described).findings if finding.code == "storage-assumed"
    ]
    assert noted == bool(told)
    assert all(f"vyper {version}" in message for message in told)


@pytest.mark.parametrize(
    ("wanted", "version", "allowed"),
    [
        ("0.4.3", "0.4.3", True),
        ("0.4.3", "0.4.2", False),
        ("==0.3.10", "0.3.9", False),
        ("~=0.4.0", "0.4.3", True),
        ("~=0.4.1", "0.4.0", False),
        ("~=0.4", "0.5.0", True),
        ("~=0.4", "1.0.0", False),
        ("^0.3.7", "0.3.10", True),
        ("^0.3.7", "0.4.0", False),
        (">=0.3.10,<0.4", "0.3.10", True),
        (">=0.3.10,<0.4", "0.4.0", False),
        ("!=0.4.1", "0.4.1", True),  # what is not understood is the compiler's to refuse
        ("0.5.0a4", "0.4.3", True),
    ],
)
def test_ranges_are_read_as_vyper_reads_them(wanted, version, allowed):
    """A range that is not understood is left to the compiler."""
    assert allowed is _allows(wanted, version)
