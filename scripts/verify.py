"""``ape run verify UPGRADE --network …``: ``upgrader verify`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("verify")
