"""``ape run propose UPGRADE --network …``: ``upgrader propose`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("propose")
