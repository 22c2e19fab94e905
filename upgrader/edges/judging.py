"""solc for whoever judges code and does not deploy it: as much of it as the rules ask, for little more than an AST.

No rule but `code-size` depends on the optimizer, and that one asks whether code is too large.  Code that was not
optimised was larger, but for metadata, on every contract of the corpora (measured, not proved:
``bench/plain_code.py``), and costs about a third.  So contracts are compiled without the optimizer,
without the hash of their metadata, and without library functions that nothing calls; where one of them comes near a
limit in that form, or where the settings could make optimised code the larger, the project's own settings decide.
`plan`, `simulate` and `deploy` compile with those in any case.

Source: https://docs.soliditylang.org/en/latest/internals/optimizer.html#optimizer-parameter-runs
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from upgrader.build import Artifact
from upgrader.edges.pragma import parsed
from upgrader.edges.solc import Outputs, Solc
from upgrader.edges.solc_run import chosen_version
from upgrader.errors import InputError

MOST_RUNS: Final = 200
"""Up to here the optimizer pays a few bytes at most for less gas a call; with more runs it inlines whole bodies."""

METADATA: Final = 1_024
"""Bytes kept for the metadata that is not appended: 53 for the contract and for each of some that it creates."""

_WITHOUT_METADATA: Final = (0, 8, 18)
"""The first compiler that knows `appendCBOR`. Source: https://github.com/argotorg/solidity/releases/tag/v0.8.18"""


class JudgingSolc(Solc):
    """Compiles for rules on code.

    What it returns has the code of a compiler without optimizer, as its settings say, unless that is too large.

    Args:
        cached: As for :class:`~upgrader.edges.solc.Solc`.
    """

    def __init__(self, *, cached: bool = True) -> None:
        super().__init__(Outputs.NAMED, cached=cached)
        self._plain = Solc(Outputs.LIVING, cached=cached)

    def compile_texts(
        self,
        texts: Mapping[str, str],
        *,
        root: Path,
        version: str | None = None,
        settings: Mapping[str, Any] | None = None,
        named: Sequence[str] = ("*",),
    ) -> Mapping[str, Artifact]:
        """Compile source texts by unit name (see :class:`~upgrader.edges.solc.Solc`)."""
        chosen = version or chosen_version(texts)
        plain = plain_settings(settings or {}, chosen)
        if plain is not None and not self.knows(texts, root=root, version=chosen, settings=settings, named=named):
            with suppress(InputError):  # without the optimizer a stack may be too deep; any other error comes again
                found = self._plain.compile_texts(texts, root=root, version=chosen, settings=plain, named=named)
                if all(each.fits(spare=METADATA) for each in found.values()):
                    return found
        return super().compile_texts(texts, root=root, version=chosen, settings=settings, named=named)


def plain_settings(settings: Mapping[str, Any], version: str) -> dict[str, Any] | None:
    """Return settings whose code is taken to be at least as large, but for metadata; None where none are known.

    Args:
        settings: The project's.
        version: The compiler's.
    """
    optimizer = settings.get("optimizer") or {}
    if settings.get("viaIR") or optimizer.get("details") or optimizer.get("runs", MOST_RUNS) > MOST_RUNS:
        return None
    plain = {**settings, "optimizer": {"enabled": False}}
    if (parsed(version) or ()) >= _WITHOUT_METADATA:
        plain["metadata"] = {**settings.get("metadata", {}), "bytecodeHash": "none", "appendCBOR": False}
    return plain
