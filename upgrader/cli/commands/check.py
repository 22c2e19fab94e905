"""``upgrader check OLD NEW``: storage layout and upgrade safety, without a node."""

import re
import shlex
from pathlib import Path

import click

from upgrader.cli.commands._checking import after_safe, drawn, pair_data, seen_from, write_sarif
from upgrader.cli.commands._checking_all import check_everything
from upgrader.cli.commands._checking_live import check_references, known_past
from upgrader.cli.outcome import Console, Outcome, reports
from upgrader.errors import InputError

ORDER = 30

_REFERENCE = re.compile(r"\.(?:sol|vy|json)(?:[:#]|$)|:0x[0-9a-fA-F]{40}$")
"""What an implementation is named by, and no upgrade."""


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--all", "everything", is_flag=True, help="Every contract of a project or of two builds at once.")
@click.option("--against", "--base", metavar="WHAT", help="With --all: a commit, an older checkout, its build-info.")
@click.option("--only", multiple=True, metavar="PATTERN", help="With --all: contracts by name; repeatable.")
@click.option("--history", multiple=True, metavar="REF", help="An earlier implementation; oldest first, repeatable.")
@click.option("--proxy", metavar="REF", help="The proxy's own code, for what it shares with its implementation.")
@click.option("--sources", type=click.Path(file_okay=False), help="Verified sources, laid out as Sourcify does.")
@click.option("--draw", is_flag=True, help="Draw both layouts side by side.")
@click.option("--sarif", type=click.Path(path_type=Path, dir_okay=False), help="Write the findings as SARIF, too.")
@click.option("--rpc", multiple=True, metavar="URL", help="Endpoint instead of the network file's (check UPGRADE).")
@reports("check")
def command(  # noqa: PLR0913 - click passes one argument an option
    console: Console,
    *,
    old: str | None,
    new: str | None,
    against: str | None,
    only: tuple[str, ...],
    history: tuple[str, ...],
    proxy: str | None,
    sources: str | None,
    sarif: Path | None,
    rpc: tuple[str, ...],
    everything: bool,
    draw: bool,
) -> Outcome:
    """Say whether a proxy that runs OLD can take NEW.

    \b
    OLD and NEW are each one of
      contracts/Market.sol:Market               a source
      out/build-info/1a2b.json:src/M.sol:M      a Foundry or Hardhat build-info or artifact
      contracts/vault.vy                        a Vyper source; its storage alone is judged
      layout.json                               a raw solc storage layout, or what Vyper prints
      .openzeppelin/mainnet.json#0xImpl         an entry of an OpenZeppelin manifest
      mainnet:0xProxy                           an address, with --sources

    With one argument, the name of an upgrade, its changes are checked against the live proxies: what they hold,
    what they ran before, what their code was built with. So is OLD where it is the address of a proxy.

    \b
    With --all a whole project is checked in one run:
      check --all                               contracts under management, as built now, against what
                                                their last executed upgrade deployed
      check --all --base v1.2.0                 the same against a commit
      check --all NEW --against OLD             two build-infos, checkouts or folders of builds
    """  # noqa: D301 - click's mark for lines that stay apart is the escape itself
    if everything:
        if new is not None or history or proxy is not None or sources is not None or rpc:
            raise InputError(
                "--all takes one tree, and no --history, --proxy, --sources or --rpc",
                remedy="name what runs now with --against, or check contracts one by one",
            )
        return check_everything(console, old, against, only, sarif, draw=draw)
    if against is not None or only:
        raise InputError("--against and --only go with --all", remedy="add --all, or name OLD and NEW")
    if old is None:
        raise InputError("Missing argument 'OLD'.", remedy="name OLD and NEW, an upgrade, or give --all")
    if new is None and _REFERENCE.search(old):
        raise InputError("Missing argument 'NEW'.", remedy="name what shall run behind what runs: check OLD NEW")
    if new is None:
        if proxy is not None:
            raise InputError("--proxy goes with OLD and NEW", remedy="set proxy_source under [contracts.NAME]")
        return _upgrade(console, old, (history, sources, rpc), sarif, draw=draw)
    return _pair(console, (old, new, *history), proxy, (sources, rpc), sarif, draw=draw)


def _pair(
    console: Console,
    references: tuple[str, ...],
    proxy: str | None,
    where: tuple[str | None, tuple[str, ...]],
    sarif: Path | None,
    *,
    draw: bool,
) -> Outcome:
    """Check two implementations; where the first is a proxy on a chain, against that proxy."""
    from upgrader.cli import wiring
    from upgrader.reports.sarif import Group
    from upgrader.reports.text import count_line, finding_lines, visible

    sources, rpc = where
    verified = Path(sources) if sources else None
    reader = wiring.sources(Path.cwd(), verified=verified, rpc=rpc)
    if reader.place(references[0]) is None:  # otherwise immutables may be read from what the proxy runs
        reader = wiring.sources(Path.cwd(), verified=verified, rpc=rpc, judging=True)
    console.progress(f"check: reading {visible(references[0], 200)} and {visible(references[1], 200)}")
    result = check_references(console, reader, references, rpc, proxy)
    tree, file = reader.home(references[1])
    if sarif is not None:
        write_sarif(sarif, [Group(result.new.contract, result.findings, file)], tree)
    lines = [*(drawn(result) if draw else ()), *finding_lines(result.findings, seen_from(tree))]
    lines.append(f"{result.verdict.value}: {count_line(result.findings)}")
    again = ["upgrader", "check", *references[:2], *(word for each in references[2:] for word in ("--history", each))]
    again += [
        *(("--sources", sources) if sources else ()),
        *(("--proxy", proxy) if proxy else ()),
        *(() if draw else ("--draw",)),
    ]
    after_it = after_safe() if result.verdict.value == "safe" else shlex.join(map(visible, again))
    return Outcome(pair_data(result), tuple(lines), result.findings, result.verdict, next=after_it)


def _upgrade(
    console: Console,
    upgrade: str,
    where: tuple[tuple[str, ...], str | None, tuple[str, ...]],
    sarif: Path | None,
    *,
    draw: bool,
) -> Outcome:
    """Check every change of an upgrade against the live proxies; nothing is written to its bundle."""
    from upgrader.cli import wiring
    from upgrader.cli.desk import open_desk
    from upgrader.findings import verdict_of
    from upgrader.flows.evidence import left_to_answer
    from upgrader.flows.plan import make_plan
    from upgrader.reports.sarif import Group
    from upgrader.reports.text import count_line, finding_lines

    history, sources, rpc = where
    desk = open_desk(console, upgrade, rpc)
    chain = desk.chain()
    planned = make_plan(
        desk.project,
        desk.manifest,
        chain,
        wiring.sources(desk.root),
        commit=wiring.commit(desk.root),
        say=console.progress,
        records=known_past(desk, chain, history, sources),
    )
    findings = left_to_answer(planned.plan, planned.findings, simulated=False)
    if sarif is not None:
        manifest = f"upgrades/{desk.bundle.name}/upgrade.toml"
        write_sarif(sarif, [Group(desk.bundle.name, findings, manifest)], desk.root)
    verdict = verdict_of(findings)
    lines = [line for result in planned.checked.values() for line in (drawn(result) if draw else ())]
    lines += [*finding_lines(findings), f"{verdict.value}: {count_line(findings)}"]
    data = {"contracts": {name: pair_data(result) for name, result in planned.checked.items()}}
    return Outcome(data, tuple(lines), findings, verdict, next=f"upgrader plan {desk.bundle.name}")
