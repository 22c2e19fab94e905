"""What each command prints under ``data`` with ``--json``; ``upgrader schema upgrader.NAME/1`` publishes it.

The shapes are plain dataclasses from which the schemas are made; the tests of ``tests/e2e`` hold every document that
the commands of the whole journey print against them, key by key.
"""

from collections.abc import Mapping
from typing import Any, Final

from upgrader.reports.documents.carrying import Compared, Deployed, Sent, Stands
from upgrader.reports.documents.checking import Checked, CheckedProject, CheckedUpgrade
from upgrader.reports.documents.failure import Failure
from upgrader.reports.documents.governing import (
    Planned,
    Proposed,
    Reproduced,
    RolledBack,
    SignatureList,
    Signed,
    Simulated,
)
from upgrader.reports.documents.inspecting import Inspected
from upgrader.reports.documents.nodes import NodesChecked, NodesListed
from upgrader.reports.documents.project import CompletionScript, Demonstrated, Examined, Initialised, SchemaNames, Wrote

__all__ = ["DOCUMENTS", "Failure"]

DOCUMENTS: Final[Mapping[str, tuple[str, Any]]] = {
    "init": ("the files that were written and kept", Initialised),
    "doctor": ("every part, how it is and what mends it", Examined),
    "demo": ("a verdict a stage", Demonstrated),
    "inspect": ("what addresses are, and who can change them", Inspected),
    "check": ("both layouts and what changed between them", Checked | CheckedUpgrade | CheckedProject),
    "plan": ("the plan, its calls and its hashes", Planned),
    "deploy": ("implementations compared with their build", Deployed),
    "simulate": ("the run through the real governance", Simulated | Reproduced),
    "report": ("the pages that were written", Wrote),
    "propose": ("the nonce and the hashes that signers compare", Proposed),
    "sign": ("the signature that was made", Signed),
    "signatures": ("who signed and who is missing", SignatureList),
    "schedule": ("the transaction, and what it came to", Sent),
    "execute": ("the transaction, and what it came to", Sent),
    "cancel": ("the transaction, and what it came to", Sent),
    "verify": ("what differs between chain and plan", Compared),
    "status": ("where an upgrade stands", Stands),
    "rollback": ("the bundle that goes back", RolledBack),
    "notify": ("the notices that were written", Wrote),
    "nodes.list": ("what nodes are and where they stand", NodesListed),
    "nodes.check": ("what nodes are, and whether they are ready", NodesChecked),
    "completion": ("the script that a shell evaluates", CompletionScript),
    "usage": ("what was wrong with a command line that names no command", Failure),
    "schema": ("the names of all schemas; with a name, that schema", SchemaNames | dict[str, Any]),
}
"""Command -> what its data says, and the shape."""
