"""``ape run simulate UPGRADE --network …``: ``upgrader simulate`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("simulate")
