"""The catalogue has a page for every finding that any part of the package can give."""

import ast
import re
from pathlib import Path

import pytest

from upgrader.checks.catalogue import chapters, page_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "upgrader"
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


def first_arguments():
    """Yield the literal first argument of every call that makes a finding."""
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        texts = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            code = call.args[0]
            value = code.value if isinstance(code, ast.Constant) else texts.get(getattr(code, "id", ""))
            if name in {"Finding", "finding"} and isinstance(value, str) and CODE.fullmatch(value):
                yield value


def test_every_code_that_the_package_spells_has_its_page():
    """A finding that nobody can look up is a riddle."""
    codes = set(first_arguments())

    assert len(codes) > 50
    assert set() == {code for code in codes if page_of(code) is None}


def test_no_code_has_two_pages():
    """A code means one thing."""
    codes = [code for chapter in chapters() for page in chapter.pages for code in page.codes]

    assert len(codes) == len(set(codes))
    assert all(CODE.fullmatch(code) for code in codes)


def test_the_families_are_all_there():
    """A family is found by being there; one that is not found would lose its pages unseen."""
    families = {base.parent.name for base in (PACKAGE / "checks").glob("*/_base.py")}

    assert {"authority", "code", "outcome", "storage"} <= families
    assert {*families, "elsewhere"} == {chapter.family for chapter in chapters()}


@pytest.mark.parametrize(
    "page", [page for chapter in chapters() for page in chapter.pages], ids=lambda page: page.codes[0]
)
def test_a_page_says_what_and_how_to_mend_it(page):
    """A title of one line, a way to mend it, and for rules a reason, an example and a source."""
    names = {name for name, text in page.sections if text.strip()}

    assert page.title.strip()
    assert "\n" not in page.title
    assert ({"Why", "Fix", "Example", "Source"} if page.family else {"Fix"}) <= names
    assert "`" not in page.title or page.title.count("`") % 2 == 0


def test_the_committed_page_is_current():
    """docs/catalogue.md holds every page (tools/catalogue.py writes it)."""
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")

    for chapter in chapters():
        for page in chapter.pages:
            assert f"**{page.title}**" in text
            assert all(f"`{code}`" in text for code in page.codes)
            assert all(section in text for _, section in page.sections)
