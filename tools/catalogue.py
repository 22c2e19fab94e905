"""Write docs/catalogue.md: every finding that upgrader can give, from the docstrings of the rules.

    .venv/bin/python tools/catalogue.py            write the page
    .venv/bin/python tools/catalogue.py --check    exit 1 when the committed page is not current

What a page holds is read by `upgrader/checks/catalogue.py`, which the SARIF output uses too; this tool only sets it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from upgrader.checks.catalogue import Chapter, Page, chapters  # noqa: E402 - this checkout's own package

PAGE = ROOT / "docs" / "catalogue.md"

HEAD = """\
# Catalogue of findings

Every opinion that `upgrader` can have about an upgrade: what it is about, why it matters, how to mend it. A code is
stable and never used again for something else; a waiver in `upgrade.toml` names it. BLOCKER stops the upgrade,
WARNING asks for a look, NOTE informs; a finding that says it could not judge stops like a BLOCKER where it is one.

This page is generated from the rules (`tools/catalogue.py`): change it there.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, _contents(chapters())]
    for chapter in chapters():
        parts.append(f"## {chapter.family.capitalize()}\n\n{chapter.about}\n")
        parts += [_entry(each) for each in chapter.pages]
    return "\n".join(parts)


def _contents(every: tuple[Chapter, ...]) -> str:
    lines = ["| code | about |", "|---|---|"]
    for chapter in every:
        for each in chapter.pages:
            title = each.title.replace("|", "\\|")
            lines += [f"| [`{code}`](#{each.codes[0]}) | {title} |" for code in each.codes]
    return "\n".join(lines) + "\n"


def _entry(each: Page) -> str:
    codes = " · ".join(f"`{code}`" for code in each.codes)
    lines = [f'<a id="{each.codes[0]}"></a>', "", f"### {codes}", "", f"**{each.title}**", ""]
    lines += [each.body, ""] if each.body else []
    for name, text in each.sections:
        lines += [f"*{name}.* {text}", ""]
    return "\n".join(lines)


def main() -> None:
    """Write the page, or compare it."""
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
