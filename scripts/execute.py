"""``ape run execute UPGRADE --network …``: ``upgrader execute`` on the chain that Ape is connected to."""

from upgrader.cli.ape_script import script

cli = script("execute")
