"""Compile the Vyper sources of the tests, and keep what the compiler prints, without what depends on the machine.

    python tools/vyper_vectors.py VYPER [NAME...]     VYPER: a vyper executable; NAME: sources, without them all

Writes ``tests/vectors/vyper/<version>/NAME.json``: two lines, the layout and the AST with its imports (0.3 and 0.4.0
have none).  Sources are written for 0.4; for 0.3 the words that it calls otherwise are exchanged.  What no reader looks
at is left out of the AST, which is then a fifth as long: places in the text but for lines, ids, digests, the functions
of built-in interfaces, and folders of the machine.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent / "tests/vectors/vyper"
WITHOUT = {"src", "node_id", "col_offset", "end_col_offset", "end_lineno", "doc_string", "type_decl_node"}
WITHOUT |= {"source_sha256sum", "file_sha256sum", "variable_reads", "variable_writes"}
ELSEWHERE = {"0.4.3": ("base", "locked")}
"""Sources that are compiled for an EVM before cancun, too, and with all slots one up as they are there."""
BEFORE_04 = {
    r"^flag ": "enum ",
    r"@deploy": "@external",
    r"from ethereum\.ercs import IERC20": "from vyper.interfaces import ERC20",
    r"\bIERC20\b": "ERC20",
    r"@nonreentrant$": '@nonreentrant("key")',
}


def main(vyper: str, names: list[str]) -> None:
    """Compile sources with one compiler."""
    version = run([vyper, "--version"]).split("+")[0].strip()
    old = version.startswith("0.3.")
    formats = "layout,ast" if old else "layout,annotated_ast"
    found = [HOME / "sources" / f"{name}.vy" for name in names] or sorted((HOME / "sources").glob("*.vy"))
    for source in found:
        if old and re.search(r"^(initializes|from lib)|transient\(", source.read_text(), re.MULTILINE):
            continue
        if not old and '@nonreentrant("' in source.read_text():
            continue
        with tempfile.TemporaryDirectory() as folder:
            for each in (*(HOME / "sources/lib").glob("*"), source):
                target = Path(folder) / each.relative_to(HOME / "sources")
                target.parent.mkdir(exist_ok=True)
                target.write_text(spoken(each.read_text(), old=old))
            options = [] if old else ["--enable-decimals"]
            printed = run([vyper, *options, "-f", formats, source.name], folder)
            keep(version, source.stem, printed, folder)
            if version in ELSEWHERE and source.stem in ELSEWHERE[version]:
                shanghai = run([vyper, *options, "--evm-version", "shanghai", "-f", formats, source.name], folder)
                keep(version, f"{source.stem}_shanghai", shanghai, folder)
                kept = Path(folder, "kept.json")
                kept.write_text(json.dumps(shifted(run([vyper, *options, "-f", "layout", source.name], folder))))
                options += ["--storage-layout-file", kept.name]
                printed = run([vyper, *options, "-f", formats, source.name], folder)
                keep(version, f"{source.stem}_kept", printed, folder)


def keep(version: str, name: str, printed: str, folder: str) -> None:
    """Write what the compiler printed."""
    printed = re.sub(r"[^\s\"\[(]*/site-packages/", "/site-packages/", printed)
    printed = printed.replace(f"{Path(folder).resolve()}/", "/project/")
    lines = [
        json.dumps(pruned(json.loads(line)), separators=(",", ":"), sort_keys=True)
        for line in printed.splitlines()
        if line.strip()
    ]
    target = HOME / version / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text("".join(f"{line}\n" for line in lines))
    print(target.relative_to(HOME))


def shifted(printed: str) -> dict[str, Any]:
    """Return the storage of a layout one slot up: an override that leaves a key of Vyper 0.3 its slot."""
    storage: dict[str, Any] = json.loads(printed)["storage_layout"]
    return {name: {**entry, "slot": entry["slot"] + 1} for name, entry in storage.items()}


def spoken(text: str, *, old: bool) -> str:
    """Return a source in the words of 0.3."""
    for word, other in BEFORE_04.items() if old else ():
        text = re.sub(word, other, text, flags=re.MULTILINE)
    return text


def pruned(value: Any) -> Any:
    """Return a document without what no reader looks at."""
    if isinstance(value, dict):
        if "site-packages" in str(value.get("resolved_path")) and "body" in value:
            value = {**value, "body": []}
        return {
            key: pruned(each)
            for key, each in value.items()
            if key not in WITHOUT and not (key == "type" and isinstance(each, dict))
        }
    return [pruned(each) for each in value] if isinstance(value, list) else value


def run(command: list[str], folder: str | None = None) -> str:
    """Return what a command prints; stop where it fails."""
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"{' '.join(command)}: {result.stderr[-2000:]}")
    return result.stdout


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
