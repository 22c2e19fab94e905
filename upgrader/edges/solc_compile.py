"""What a compiler makes of a run, whole or of the part of its sources that the answer depends on.

What an excerpt leaves out of the code is put back into the AST as far as somebody asks for it.
"""

from collections.abc import Mapping
from typing import Any

from upgrader.edges.compilers import run_solc
from upgrader.edges.solc_parts import run_in_parts
from upgrader.edges.solc_run import Part, Run, standard_input
from upgrader.errors import InputError
from upgrader.layout.solidity.excerpt import Excerpt, storage_excerpt
from upgrader.layout.solidity.living import living_excerpt
from upgrader.layout.solidity.summary import summarised


def compiled(run: Run) -> Mapping[str, Any]:
    """Return the standard-JSON output of a run.

    Raises:
        InputError: The sources do not compile.
        UnavailableError: The compiler does not run.
    """
    excerpt = _excerpt(run)
    found = _of_excerpt(run, excerpt) if excerpt is not None else None
    return found or run_in_parts(standard_input(run.texts, run.settings), run.version)


def _excerpt(run: Run) -> Excerpt | None:
    match run.part:
        case Part.WHOLE:
            return None
        case Part.LIVING:
            return living_excerpt(run.texts)
        case Part.STORAGE:
            return storage_excerpt(run.texts)


def _of_excerpt(run: Run, excerpt: Excerpt) -> Mapping[str, Any] | None:
    """Compile an excerpt; None where it does not compile, which is no fault of the sources."""
    try:
        output = run_solc(standard_input(excerpt.texts, run.settings), run.version)
    except InputError:
        return None
    if excerpt.left_out:
        summarised(excerpt, output.get("sources") or {})
    return output
