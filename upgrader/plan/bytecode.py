"""When two runtime codes are the same: byte for byte outside the places that are filled in at deployment.

solc ends code in a CBOR map of metadata whose last two bytes are its length.  It never runs, and it changes with
comments and file paths; so it is told apart from a difference that matters.

Source: https://docs.soliditylang.org/en/latest/metadata.html#encoding-of-the-metadata-hash-in-the-bytecode
"""

from dataclasses import replace
from typing import Final

from upgrader.build import Artifact, Bytecode
from upgrader.errors import InputError

LENGTH_BYTES: Final = 2
CBOR_MAPS: Final = range(0xA1, 0xA5)
"""First byte of a CBOR map of one to four entries."""

LIBRARY_BYTES: Final = 20


def masked(build: Bytecode, code: bytes) -> bytes:
    """Return ``code`` with every immutable and library place of the build zeroed."""
    blank = bytearray(code)
    places = [place for where in build.immutables.values() for place in where]
    places += [(offset, LIBRARY_BYTES) for offsets in build.links.values() for offset in offsets]
    for offset, length in places:
        if offset + length <= len(blank):
            blank[offset : offset + length] = bytes(length)
    return bytes(blank)


def without_metadata(code: bytes) -> bytes:
    """Return ``code`` without solc's metadata; unchanged where it ends in none."""
    length = int.from_bytes(code[-LENGTH_BYTES:], "big")
    begin = len(code) - LENGTH_BYTES - length
    return code[:begin] if length and begin > 0 and code[begin] in CBOR_MAPS else code


def equal(build: Bytecode | None, code: bytes) -> bool:
    """Tell whether deployed ``code`` is this build, metadata included; code that is not known equals nothing."""
    return build is not None and masked(build, code) == masked(build, build.code)


def equal_but_metadata(artifact: Artifact, code: bytes) -> bool:
    """Tell whether deployed ``code`` runs as this build does, whatever its metadata says."""
    runtime = artifact.runtime
    if runtime is None:
        return False
    return without_metadata(masked(runtime, code)) == without_metadata(masked(runtime, runtime.code))


def join(published: Artifact, compiled: Artifact) -> Artifact:
    """Give published code the layout and the AST of the source that compiles to it.

    Args:
        published: An artifact with code and without sources, as npm packages carry it.
        compiled: The same contract compiled here.

    Raises:
        InputError: The source compiles to other code.
    """
    if published.runtime is None or not equal_but_metadata(compiled, published.runtime.code):
        raise InputError(
            f"{compiled.qualified} does not compile to the code of {published.origin or published.qualified}",
            remedy="give the compiler version and settings it was published with",
        )
    immutables = compiled.runtime.immutables if compiled.runtime else {}
    return replace(
        published,
        source=published.source or compiled.source,
        compiler=compiled.compiler,
        abi=compiled.abi,
        runtime=replace(published.runtime, immutables=immutables),
        storage_layout=compiled.storage_layout,
        transient_layout=compiled.transient_layout,
        asts=compiled.asts,
        texts=compiled.texts,
    )
