"""``upgrader rollback``: the bundle that goes back."""

import click

from upgrader.cli.desk import open_desk, upgrade_argument
from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 102


@click.command()
@upgrade_argument
@reports("rollback")
def command(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Outcome:
    """Write the bundle that undoes an executed UPGRADE.

    It then takes the same path as any other.
    """
    from upgrader.cli import wiring
    from upgrader.edges.bundle import unplanned_bundle
    from upgrader.flows.rollback import rollback_manifest

    desk = open_desk(console, upgrade, rpc)
    opened, chain = desk.opened, desk.chain()
    console.progress("rollback: reading the chain and both builds")
    text = rollback_manifest(opened, desk.manifest, desk.project, chain, wiring.sources(desk.root))
    bundle = unplanned_bundle(f"rollback-{opened.plan.name}", desk.root)
    bundle.write_text("upgrade.toml", text)
    return Outcome(
        {"bundle": str(bundle.folder), "name": bundle.name},
        (f"wrote {bundle.folder / 'upgrade.toml'}: read it, then plan it like any upgrade",),
        next=f"upgrader plan {bundle.name}",
    )
