"""``ape run sign UPGRADE --network …``: ``upgrader sign`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("sign")
