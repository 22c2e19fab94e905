"""``upgrader check OLD NEW``: storage layout and upgrade safety, without a node."""

from typing import TYPE_CHECKING, Any

import click

from upgrader.cli.outcome import Console, Outcome, reports

if TYPE_CHECKING:
    from upgrader.flows.check import CheckResult
    from upgrader.layout.changes import LayoutChange, Place

ORDER = 30


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--history", multiple=True, metavar="REF", help="An earlier implementation; oldest first, repeatable.")
@click.option("--sources", type=click.Path(file_okay=False), help="Verified sources, laid out as Sourcify does.")
@click.option("--draw", is_flag=True, help="Draw both layouts side by side.")
@click.option("--rpc", multiple=True, metavar="URL", help="Endpoint instead of the network file's (check UPGRADE).")
@reports("check")
def command(  # noqa: PLR0913 - click passes one argument an option
    console: Console,
    old: str,
    new: str | None,
    history: tuple[str, ...],
    sources: str | None,
    rpc: tuple[str, ...],
    *,
    draw: bool,
) -> Outcome:
    r"""Say whether a proxy that runs OLD can take NEW.

    \b
    OLD and NEW are each one of
      contracts/Market.sol:Market               a source
      out/build-info/1a2b.json:src/M.sol:M      a Foundry or Hardhat build-info or artifact
      layout.json                               a raw solc storage layout
      .openzeppelin/mainnet.json#0xImpl         an entry of an OpenZeppelin manifest
      mainnet:0xProxy                           an address, with --sources

    \b
    With one argument, the name of an upgrade, its changes are checked against the live proxies.
    """
    if new is None:
        return _upgrade(console, old, rpc, draw=draw)
    from pathlib import Path

    from upgrader.cli import wiring
    from upgrader.flows.check import check_pair
    from upgrader.reports.text import count_line, finding_lines, visible

    reader = wiring.sources(Path.cwd(), verified=Path(sources) if sources else None)
    console.progress(f"check: reading {visible(old, 200)} and {visible(new, 200)}")
    before, after, *earlier = reader.read_all([old, new, *history])
    result = check_pair(before, after, history=earlier)
    lines = [*(_drawn(result) if draw else ()), *finding_lines(result.findings)]
    lines.append(f"{result.verdict.value}: {count_line(result.findings)}")
    after_it = "upgrader plan UPGRADE" if result.verdict.value == "safe" else ""
    return Outcome(_data(result), tuple(lines), result.findings, result.verdict, next=after_it)


def _upgrade(console: Console, upgrade: str, rpc: tuple[str, ...], *, draw: bool) -> Outcome:
    """Check every change of an upgrade against the live proxies; nothing is written."""
    from upgrader.cli import wiring
    from upgrader.cli.desk import open_desk
    from upgrader.findings import verdict_of
    from upgrader.flows.evidence import left_to_answer
    from upgrader.flows.plan import make_plan
    from upgrader.reports.text import count_line, finding_lines

    desk = open_desk(console, upgrade, rpc)
    tools = wiring.sources(desk.root)
    planned = make_plan(
        desk.project, desk.manifest, desk.chain(), tools, commit=wiring.commit(desk.root), say=console.progress
    )
    findings = left_to_answer(planned.plan, planned.findings, simulated=False)
    verdict = verdict_of(findings)
    lines = [line for result in planned.checked.values() for line in (_drawn(result) if draw else ())]
    lines += [*finding_lines(findings), f"{verdict.value}: {count_line(findings)}"]
    data = {"contracts": {name: _data(result) for name, result in planned.checked.items()}}
    return Outcome(data, tuple(lines), findings, verdict, next=f"upgrader plan {desk.bundle.name}")


def _data(result: "CheckResult") -> dict[str, Any]:
    return {
        "old": {"contract": result.old.contract, "origin": result.old.origin},
        "new": {"contract": result.new.contract, "origin": result.new.origin},
        "changes": [_change(change) for change in result.changes],
    }


def _change(change: "LayoutChange") -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "old": _place(change.old) if change.old else None,
        "new": _place(change.new) if change.new else None,
        "reason": change.reason,
    }


def _place(place: "Place") -> dict[str, str]:
    return {
        "region": place.region,
        "name": place.path,
        "type": place.type,
        "slot": str(place.slot),
        "offset": str(place.offset),
        "bytes": str(place.size),
        "inside": place.inside,
        "at": place.at,
    }


def _drawn(result: "CheckResult") -> list[str]:
    from upgrader.layout.drawing import draw

    return ["".join(span.text for span in line) for line in draw(result.old, result.new, result.changes)]
