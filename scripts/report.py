"""``ape run report UPGRADE --network …``: ``upgrader report`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("report")
