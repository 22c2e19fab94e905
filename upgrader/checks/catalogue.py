"""The pages of the catalogue: what every finding is about, why it matters, how to mend it.

A rule's docstring is its page: a title, then the sections Why, Fix, Example and Source; ``CODES`` beside it names its
findings.  The families are every package here with a ``_base.py``.  What no rule gives (a waiver's own findings, those
about nodes) has its line in :mod:`upgrader.checks.elsewhere`.
"""

import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Final

from upgrader.checks.elsewhere import ELSEWHERE

_SECTION: Final = re.compile(r"^(?:\*\*)?(Why|Fix|Example|Source)s?(?:\.\*\*|:)[ \n]*", re.MULTILINE)
_CODES: Final = re.compile(r"^(?:`[a-z0-9-]+`,? ?)+: ?")
_ROLE: Final = re.compile(r":\w+:`~?([^`]+)`")


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of some codes.

    Attributes:
        family: ``storage``, ``code``, ``authority``, ``outcome``; empty for what no rule gives.
        codes: The findings that the page is about; the first one names it.
        title: One sentence.
        body: Further paragraphs before the sections; empty for most.
        sections: Name and text, in Markdown, one line a paragraph.
    """

    family: str
    codes: tuple[str, ...]
    title: str
    body: str = ""
    sections: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A family: its name, what it is about, and its pages."""

    family: str
    about: str
    pages: tuple[Page, ...]


@cache
def chapters() -> tuple[Chapter, ...]:
    """Return every family with its pages, then what no rule gives."""
    checks = importlib.import_module("upgrader.checks")
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__) if module.ispkg)
    families = [importlib.import_module(f"upgrader.checks.{name}") for name in names]
    found = [
        Chapter(name, _markdown(_first(inspect.getdoc(family) or "")), tuple(map(_page, _rules(family))))
        for name, family in zip(names, families, strict=True)
    ]
    others = tuple(
        Page("", (code,), title, sections=(("Fix", fix),)) for code, (title, fix) in sorted(ELSEWHERE.items())
    )
    about = "Opinions that no rule gives: about waivers, builds, whole projects, fork schedules and nodes."
    return (*(chapter for chapter in found if chapter.pages), Chapter("elsewhere", about, others))


def page_of(code: str) -> Page | None:
    """Return the page of a code; None for a code without one."""
    return _index().get(code)


@cache
def _index() -> dict[str, Page]:
    return {code: page for chapter in chapters() for page in chapter.pages for code in page.codes}


def _rules(family: ModuleType) -> list[ModuleType]:
    modules = sorted(m.name for m in pkgutil.iter_modules(family.__path__) if not m.name.startswith("_"))
    found = [importlib.import_module(f"{family.__name__}.{name}") for name in modules]
    return [module for module in found if getattr(module, "CODES", ())]


def _page(rule: ModuleType) -> Page:
    head, *sections = _SECTION.split(inspect.cleandoc(rule.__doc__ or ""))
    title, *body = re.split(r"\n\s*\n", head.strip())
    sentence = _CODES.sub("", _markdown(title))
    return Page(
        family=rule.__name__.split(".")[-2],
        codes=tuple(rule.CODES),
        title=sentence[:1].upper() + sentence[1:],
        body=_markdown("\n\n".join(body)),
        sections=tuple((name, _markdown(text)) for name, text in zip(sections[::2], sections[1::2], strict=True)),
    )


def _first(text: str) -> str:
    return re.split(r"\n\s*\n", inspect.cleandoc(text), maxsplit=1)[0]


def _markdown(text: str) -> str:
    """Turn a docstring's markup into Markdown, one line a paragraph."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))
    plain = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return _ROLE.sub(r"`\1`", plain.replace("``", "`"))
