"""``ape run cancel UPGRADE --network …``: ``upgrader cancel`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("cancel")
