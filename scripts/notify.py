"""``ape run notify UPGRADE --network …``: ``upgrader notify`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("notify")
