"""The same journey under Ape's roof: ``ape run …`` and ``ape upgrader …``."""

import json
import subprocess
from pathlib import Path

from upgrader.cli.demo.journey import UPGRADE

ROOT = Path(__file__).resolve().parents[2]
APE = ROOT / ".venv" / "bin" / "ape"


def _ape(*arguments, folder=ROOT):
    return subprocess.run([str(APE), *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_ape_upgrader_is_the_same_command_line():
    """``ape upgrader schema finding`` prints what ``upgrader schema finding`` prints."""
    under_ape = _ape("upgrader", "schema", "finding")
    alone = subprocess.run(
        [str(APE.with_name("upgrader")), "schema", "finding"], capture_output=True, text=True, timeout=60, check=False
    )

    assert (0, alone.stdout) == (under_ape.returncode, under_ape.stdout)


def test_ape_run_status_reads_the_chain_that_ape_is_connected_to(desk):
    """The network file's endpoint is replaced by the provider's."""
    sandbox, _, folder = desk
    network = folder / "networks" / "local.toml"
    network.write_text(network.read_text().replace(sandbox.url, "http://127.0.0.1:9"))

    ran = _ape("run", "status", str(folder / "upgrades" / UPGRADE), "--json", "--network", sandbox.url)

    assert ran.returncode == 0, ran.stderr
    # Ape itself says on stdout that it connects.
    document = ran.stdout[ran.stdout.index("{") :]
    assert json.loads(document)["data"]["stage"] == "deployed"
