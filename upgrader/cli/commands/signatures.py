"""``upgrader signatures``: who has signed, and signatures made elsewhere."""

from pathlib import Path

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 81


@click.command()
@upgrade_argument
@click.option("--action", type=click.Choice(["schedule", "cancel"]), default="schedule", show_default=True)
@click.option("--add", metavar="HEX", help="A 65-byte signature made elsewhere, over this action's SafeTxHash.")
@click.option("--import", "imported", type=click.Path(path_type=Path, dir_okay=False), help="A signature file.")
@click.option(
    "--export", "exported", type=click.Path(path_type=Path, dir_okay=False), help="Write them all as one file."
)
@reports("signatures")
def command(  # noqa: PLR0913 - click passes one argument an option
    console: Console,
    upgrade: str,
    rpc: tuple[str, ...],
    *,
    action: str,
    add: str | None,
    imported: Path | None,
    exported: Path | None,
) -> Outcome:
    """List the signatures of UPGRADE, or move them between machines.

    --add and --import take in what was signed elsewhere, each verified again; --export writes them all as one file.
    """
    from upgrader.edges import files
    from upgrader.flows.propose import add_signature, import_signatures, require_proposed
    from upgrader.plan.governing import Action
    from upgrader.plan.signature_file import missing, write_signature
    from upgrader.units import hex_bytes, hexed

    desk = open_desk(console, upgrade, rpc)
    opened, what = desk.opened, Action(action)
    governing = require_proposed(opened)
    if add is not None:
        add_signature(opened, hex_bytes(add, what="signature"), what)
    if imported is not None:
        import_signatures(opened, files.read_json(imported), where=str(imported))
    held = opened.signatures(what)
    if exported is not None:
        documents = [write_signature(file) for file in opened.signature_files() if file.nonce == governing.nonce]
        files.write_json(exported, {"schema": "upgrader.signatures/1", "signatures": documents})
    safe = opened.plan.state.safe
    owners = safe.owners if safe else ()
    need = safe.threshold if safe else 0
    absent = missing(owners, held)
    lines = [
        f"{len(held)} of {need} signatures to {action} {opened.plan.name} at nonce {governing.nonce}",
        *(f"  ✓ {signature.owner}" for signature in held),
        *(f"  · {owner}" for owner in absent),
    ]
    ready = len(held) >= need
    data = {
        "action": action,
        "safe_tx_hash": hexed(governing.safe_tx_hash(what)),
        "signed": [signature.owner for signature in held],
        "missing": list(absent),
        "threshold": need,
    }
    following = action if ready else "sign"
    return Outcome(data, tuple(lines), next=f"upgrader {following} {desk.handle}")
