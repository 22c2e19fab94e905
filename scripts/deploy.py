"""``ape run deploy UPGRADE --network …``: ``upgrader deploy`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("deploy")
