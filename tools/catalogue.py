"""Write docs/catalogue.md: every finding that the checks can give, from the docstrings of the rules.

    .venv/bin/python tools/catalogue.py            write the page
    .venv/bin/python tools/catalogue.py --check    exit 1 when the committed page is not current

A rule's docstring is a title and the sections Why, Fix, Example and Source; `CODES` beside it names its findings.
Families are found by themselves: every package in `upgrader/checks` with a `_base.py`.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "catalogue.md"

HEAD = """\
# Catalogue of findings

Every opinion that `upgrader` can have about an upgrade: what it is about, why it matters, how to mend it. A code is
stable and never used again for something else; a waiver in `upgrade.toml` names it. BLOCKER stops the upgrade,
WARNING asks for a look, NOTE informs; a finding that says it could not judge stops like a BLOCKER where it is one.

This page is generated from the rules (`tools/catalogue.py`): change it there.
"""

_SECTION = re.compile(r"^(?:\*\*)?(Why|Fix|Example|Source)s?(?:\.\*\*|:)[ \n]*", re.MULTILINE)
_TITLE_CODE = re.compile(r"^`[a-z0-9-]+`: ?")


def page() -> str:
    """Return the whole page."""
    families = [family for family in _families() if _rules(family)]
    parts = [HEAD, _contents(families)]
    for family in families:
        parts.append(f"## {_heading(family)}\n\n{_markdown(_first_paragraph(inspect.getdoc(family) or ''))}\n")
        parts += [_entry(rule) for rule in _rules(family)]
    return "\n".join(parts)


def _families() -> list[ModuleType]:
    checks = importlib.import_module("upgrader.checks")
    names = [module.name for module in pkgutil.iter_modules(checks.__path__) if module.ispkg]
    return [importlib.import_module(f"upgrader.checks.{name}") for name in sorted(names)]


def _rules(family: ModuleType) -> list[ModuleType]:
    modules = [m.name for m in pkgutil.iter_modules(family.__path__) if not m.name.startswith("_")]
    found = [importlib.import_module(f"{family.__name__}.{name}") for name in sorted(modules)]
    return [module for module in found if getattr(module, "CODES", ())]


def _contents(families: list[ModuleType]) -> str:
    lines = ["| code | about |", "|---|---|"]
    for family in families:
        for rule in _rules(family):
            title = _title(rule).replace("|", "\\|")
            lines += [f"| [`{code}`](#{_anchor(rule)}) | {title} |" for code in rule.CODES]
    return "\n".join(lines) + "\n"


def _entry(rule: ModuleType) -> str:
    lines = [f'<a id="{_anchor(rule)}"></a>', "", f"### {' · '.join(f'`{code}`' for code in rule.CODES)}", ""]
    lines += [f"**{_title(rule)}**", ""]
    title, *sections = _SECTION.split(inspect.cleandoc(rule.__doc__ or ""))
    more = _markdown("\n\n".join(re.split(r"\n\s*\n", title.strip())[1:]))
    lines += [more, ""] if more else []
    for name, text in zip(sections[::2], sections[1::2], strict=True):
        lines += [f"*{name}.* {_markdown(text)}", ""]
    return "\n".join(lines)


def _title(rule: ModuleType) -> str:
    return _TITLE_CODE.sub("", _markdown(_first_paragraph(rule.__doc__ or "")))


def _anchor(rule: ModuleType) -> str:
    return str(rule.CODES[0])


def _heading(family: ModuleType) -> str:
    return family.__name__.rpartition(".")[2].capitalize()


def _first_paragraph(text: str) -> str:
    return re.split(r"\n\s*\n", inspect.cleandoc(text), maxsplit=1)[0]


def _markdown(text: str) -> str:
    """Turn the docstring's markup into Markdown, one line a paragraph."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))
    plain = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", plain.replace("``", "`"))


def main() -> None:
    """Write the page, or compare it."""
    sys.path.insert(0, str(ROOT))
    wanted = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
            sys.exit("docs/catalogue.md is not current: run .venv/bin/python tools/catalogue.py")
        return
    beside = PAGE.with_suffix(".new")
    beside.write_text(wanted, encoding="utf-8")
    beside.rename(PAGE)
    print(f"{PAGE.relative_to(ROOT)}: {wanted.count('### ')} entries")


if __name__ == "__main__":
    main()
