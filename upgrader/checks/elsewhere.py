"""Findings that no rule gives: one line each, what it is about and how to mend it.

They come up where the work is done (a waiver is matched, a tree is read, a node answers), so they have no module to
be the docstring of; a house test finds every code in the package and asks for its page.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ELSEWHERE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "contract-missing": (
            "A contract has nothing to be compared with: cannot tell under management, else a warning or a note.",
            "Say what the proxy runs: give `--against` with a commit, an older checkout or its build-info.",
        ),
        "contract-unreadable": (
            "One contract of a project cannot be read or compiled; the others were judged.",
            "Do what the message of the finding says; `upgrader check OLD NEW` shows it alone.",
        ),
        "dependencies-differ": (
            "The base was compiled with present dependencies, and the project pinned others then.",
            "Build the base with its own dependencies and give its build-info with `--against`.",
        ),
        "fork-schedule-missing": (
            "The network file names no schedule of forks, so that no date could be compared.",
            "Name the schedule in `networks/<name>.toml`.",
        ),
        "fork-schedule-old": (
            "The schedule of forks was last compared long ago.",
            "Compare it with its source and date it anew.",
        ),
        "fork-unscheduled": (
            "The fork that was asked for has no date on this network.",
            "Name another fork, or wait for its date.",
        ),
        "node-ahead": ("A node's head is in the future of the others.", "Compare its clock and its chain."),
        "node-answer-malformed": (
            "A node gave an answer that is none.",
            "Look at the node, or at what stands before it.",
        ),
        "node-block-unknown": ("A node does not show a block that was asked for.", "Wait until it has synchronised."),
        "node-config-differs": ("Nodes of one network are configured for different forks.", "Configure them alike."),
        "node-different-block": (
            "Two nodes have different blocks at one height: one of them follows another chain.",
            "Take the odd one out of service before anything is sent through it.",
        ),
        "node-evidence-disagrees": (
            "What a node says of itself contradicts itself.",
            "Look at its configuration and its version.",
        ),
        "node-fork-not-ready": (
            "A node would not follow the fork.",
            "Upgrade it to a release for the fork, configured for the network.",
        ),
        "node-fork-unknown": (
            "Whether a node would follow the fork could not be learnt.",
            "Let it answer `eth_config` or the Beacon API, and state its version.",
        ),
        "node-known-issue": ("A node runs a release with a known defect.", "Upgrade it to a release without it."),
        "node-pair-differs": (
            "An execution client and its consensus client disagree.",
            "Upgrade or configure them together.",
        ),
        "node-peers-unknown": ("A node's peers could not be counted.", "Let it answer `net_peerCount`."),
        "node-ready-by-version": (
            "A node is ready by its version alone; its configuration was not seen.",
            "Let it answer `eth_config`.",
        ),
        "node-restart-needed": ("A node must be restarted to take its new configuration.", "Restart it."),
        "node-unknown-fork": ("A node announces a fork that the schedule does not know.", "Renew the schedule."),
        "node-version-differs": ("A node runs another version than its fleet file says.", "Mend the file or the node."),
        "node-version-unknown": ("A node's version could not be read.", "State it in the fleet file."),
        "rollback-open-executor": (
            "Anybody can execute a scheduled rollback, because the timelock's executor role is open.",
            "Schedule it only when it is wanted, and cancel it as soon as it is not.",
        ),
        "source-differs": (
            "The proxy runs other code than the source that upgrader.toml names.",
            "Set `source` to what was deployed, with its compiler version and settings.",
        ),
        "waiver-expired": ("A waiver has ended.", "Mend the cause, or renew the waiver."),
        "waiver-refused": (
            "A waiver is for an invariant of the market, and nobody can answer for one that does not hold.",
            "Mend the code and remove the waiver.",
        ),
        "waiver-unmatched": ("A waiver matches no finding.", "Remove it, or correct its code and subject."),
        "waiver-without-evidence": (
            "A waiver for corruption of storage names no evidence from the chain.",
            "Name the slots and values that make it harmless.",
        ),
        "vyper-not-compared": (
            "A tree has Vyper sources, which `check --all` passes over.",
            "Check each that runs behind a proxy by itself: `upgrader check OLD.vy NEW.vy`.",
        ),
    }
)
