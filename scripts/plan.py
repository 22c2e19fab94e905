"""``ape run plan UPGRADE --network …``: ``upgrader plan`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("plan")
