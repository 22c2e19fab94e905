"""``ape run rollback UPGRADE --network …``: ``upgrader rollback`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("rollback")
