"""``ape run schedule UPGRADE --network …``: ``upgrader schedule`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("schedule")
