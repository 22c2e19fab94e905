"""``ape run status UPGRADE --network …``: ``upgrader status`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("status")
