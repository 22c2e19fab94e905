"""The suites of families use the worlds of the rooms that the families live in."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "reports"))
