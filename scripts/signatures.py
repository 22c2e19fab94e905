"""``ape run signatures UPGRADE --network …``: ``upgrader signatures`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("signatures")
