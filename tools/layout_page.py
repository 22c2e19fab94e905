"""Renew the drawing on docs/layout.md: its text, and with a chromium in PATH its picture docs/layout.png.

    .venv/bin/python tools/layout_page.py

The example is one of the broken upgrades of the reference protocol: a base that grew and kept the size of its gap.
"""

import html
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from upgrader.cli import wiring  # noqa: E402 - this checkout's own package
from upgrader.layout.compare import compare  # noqa: E402
from upgrader.layout.drawing import Drawing, draw  # noqa: E402
from upgrader.layout.read import layout_of  # noqa: E402
from upgrader.reports.html.style import STYLE  # noqa: E402
from upgrader.reports.terminal import drawn_lines  # noqa: E402

PAGE, PICTURE = ROOT / "docs" / "layout.md", ROOT / "docs" / "layout.png"
PAIR = ("contracts/v1/ClearingHouse.sol:ClearingHouseV1", "contracts/broken/GapNotShrunk.sol:GapNotShrunk")
BLOCK = re.compile(r"(?<=```\n) +before: .*?(?=\n```)", re.DOTALL)
WIDTH, LINE, EDGE = 645, 17.14, 30
"""Pixels of the picture: its width, a line of the drawing, and the margins above and below."""

FRAME = "body{margin:0}pre.drawing{margin:0;display:inline-block;padding:.9rem 1.2rem}"


def main() -> None:
    """Write the page, and the picture where a browser can draw it."""
    old, new = map(layout_of, wiring.sources(ROOT).read_all(PAIR))
    drawing = draw(old, new, compare(old, new))
    lines = drawn_lines(drawing, colour=False)
    text, found = BLOCK.subn(lambda _: "\n".join(lines), PAGE.read_text(encoding="utf-8"))
    if found != 1:
        sys.exit(f"{PAGE.name} has {found} drawings, not one")
    PAGE.write_text(text, encoding="utf-8")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("the text is renewed; the picture needs a chromium in PATH (Debian: apt install chromium)")
    _photograph(browser, drawing)


def _photograph(browser: str, drawing: Drawing) -> None:
    pieces = "\n".join(
        "".join(f'<span class="k-{span.kind}">{html.escape(span.text)}</span>' for span in line) for line in drawing
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "drawing.html"
        source.write_text(
            f'<!doctype html><meta charset="utf-8"><style>{STYLE}{FRAME}</style><pre class="drawing">{pieces}</pre>',
            encoding="utf-8",
        )
        size = f"{WIDTH},{round(len(drawing) * LINE) + EDGE}"
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--force-device-scale-factor=2", f"--user-data-dir={folder}/profile", f"--window-size={size}",
                f"--screenshot={PICTURE}", source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )  # fmt: skip


if __name__ == "__main__":
    main()
