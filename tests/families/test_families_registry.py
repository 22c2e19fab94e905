"""What every family promises: a member is a file; putting it there adds it, deleting it removes it."""

import importlib
import itertools
import sys
from pathlib import Path

import pytest

import upgrader
from upgrader.registry import Family

PACKAGE = Path(upgrader.__file__).parent
BASES = sorted(path for path in PACKAGE.rglob("_base.py") if "Family" in path.read_text())
NUMBER = itertools.count()

MEMBER = """
from {package}._base import FAMILY

@FAMILY.register
def {name}():
    return "{name}"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty family in a package of its own."""
    package = f"family{next(NUMBER)}"
    made = tmp_path / package
    made.mkdir()
    (made / "__init__.py").touch()
    (made / "_base.py").write_text("from upgrader.registry import Family\n\nFAMILY = Family(__package__)\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield made
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def put(folder, *names):
    for name in names:
        (folder / f"{name}.py").write_text(MEMBER.format(package=folder.name, name=name.strip("_")))


def members(folder):
    """Return the members' names, as a fresh process would find them."""
    for name in [name for name in sys.modules if name.partition(".")[0] == folder.name]:
        del sys.modules[name]
    importlib.invalidate_caches()
    family = importlib.import_module(f"{folder.name}._base").FAMILY
    return [member() for member in family.members()]


def test_a_file_is_a_member(folder):
    """Members are found by being there, in the order of their names, whoever was imported first."""
    put(folder, "beta", "alpha")

    assert ["alpha", "beta"] == members(folder)


def test_a_deleted_file_is_none(folder):
    """Nothing else names a member, so nothing else has to be mended."""
    put(folder, "alpha", "beta")
    members(folder)
    (folder / "beta.py").unlink()

    assert ["alpha"] == members(folder)


def test_what_members_share_is_no_member(folder):
    """A module that begins with an underscore is the family's own."""
    put(folder, "alpha", "_shared")

    assert ["alpha"] == members(folder)


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.parent.relative_to(PACKAGE).as_posix())
def test_every_file_of_a_family_is_a_member(base):
    """No family holds a file that registers nothing, and no member comes from elsewhere."""
    package = ".".join(("upgrader", *base.parent.relative_to(PACKAGE).parts))
    module = importlib.import_module(f"{package}._base")
    (family,) = {id(value): value for value in vars(module).values() if isinstance(value, Family)}.values()
    family.members()
    files = {f"{package}.{file.stem}" for file in base.parent.glob("[a-z]*.py")}

    registered = set(family._found)  # noqa: SLF001 - what the registry knows is the subject of this test

    assert registered
    assert registered <= files
    assert package == family.package
    assert files - registered <= INFRASTRUCTURE.get(base.parent.name, set())


INFRASTRUCTURE = {
    "proxies": {f"upgrader.proxies.{name}" for name in ("authority", "lineage", "slots")},
}
"""Files of a domain folder that is a family among other things."""
