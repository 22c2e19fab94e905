"""The page in a real browser: it loads under its own policy, and fits the screens it is read on."""

import http.server
import re
import shutil
import subprocess
import threading
from dataclasses import replace

import pytest
from regressions_world import AS_DECLARED, BROKEN, HOSTILE_MARKET
from reports_world import DOSSIER, HOSTILE, PLANNED, UNSAFE

from upgrader.layout.compare import compare
from upgrader.layout.drawing import draw
from upgrader.layout.read import raw_layout
from upgrader.reports.html import render_html
from upgrader.reports.html.market import render_market

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--enable-logging=stderr",
    "--virtual-time-budget=4000",
)
OLD, NEW = (
    raw_layout(
        {"storage": [{"label": name, "type": kind, "contract": "V"} for name, kind in fields], "types": {}},
        "V",
        "a test",
    )
    for fields in (
        [("lastFundingTimestamp", "t_uint64"), ("maintenanceMarginRatio", "t_uint128"), ("owner", "t_address")],
        [("lastFundingTimestamp", "t_uint64"), ("paused", "t_uint8"), ("maintenanceMarginRatio", "t_uint128")],
    )
)
DRAWN = {"V": draw(OLD, NEW, compare(OLD, NEW), width=112)}
WORLDS = {
    "drawn": render_html(replace(DOSSIER, layouts=DRAWN)),
    "safe": render_html(DOSSIER),
    "unsafe": render_html(UNSAFE),
    "planned": render_html(PLANNED),
    "hostile": render_html(HOSTILE),
    "regressed": render_html(replace(DOSSIER, regression=AS_DECLARED)),
    "market declared": render_market(DOSSIER, AS_DECLARED),
    "market broken": render_market(DOSSIER, BROKEN),
    "market hostile": render_market(HOSTILE, HOSTILE_MARKET),
}

SEEN = [(world, width) for world in WORLDS for width in (1280, 600, 390)]
FRAMES = """<!doctype html><title>waiting</title><style>iframe{{border:0;height:900px;display:block}}</style>
{frames}<script>
onload=()=>{{document.title="measured "+[...document.querySelectorAll("iframe")].map(({{contentDocument:page}})=>
page.documentElement.scrollWidth+"/"+
Math.round((page.querySelector(".time")||page.querySelector(".verdict")).getBoundingClientRect().bottom)).join(" ")}}
</script>"""
"""A page around the reports that measures them: a report itself runs no script."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium in PATH (Debian: apt install chromium)")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Serve a folder on a free port of this machine, and return the folder and its address."""
    folder = tmp_path_factory.mktemp("site")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def browse(profile, *arguments):
    """Run the browser once, and return what it printed and what it complained of."""
    done = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def measured(site, tmp_path_factory):
    """Return the width that each page needs, and where what decides ends, by world and by the width it was given."""
    folder, address = site
    frames = []
    for number, (world, width) in enumerate(SEEN):
        (folder / f"{number}.html").write_text(WORLDS[world], encoding="utf-8")
        frames.append(f'<iframe style="width:{width}px" src="{number}.html"></iframe>')
    (folder / "frames.html").write_text(FRAMES.format(frames="".join(frames)), encoding="utf-8")

    dom, _ = browse(
        tmp_path_factory.mktemp("profile"), "--window-size=1400,1000", "--dump-dom", f"{address}/frames.html"
    )

    (found,) = re.findall(r"<title>measured ([\d/ ]+)</title>", dom)
    figures = [tuple(map(int, each.split("/"))) for each in found.split()]
    return dict(zip(SEEN, figures, strict=True))


@pytest.mark.parametrize(("world", "width"), SEEN)
def test_page_needs_no_horizontal_scrolling(world, width, measured):
    """At desktop and at half-screen width nothing sticks out, not even a megabyte of name."""
    assert measured[world, width][0] <= width


@pytest.mark.parametrize("world", ["safe", "unsafe", "planned", "regressed", "market broken"])
def test_what_decides_fits_one_screen(world, measured):
    """Verdict, changes, hashes and timeline are read at 1280 by 900 without scrolling."""
    assert 0 < measured[world, 1280][1] <= 900


def complaints(tmp_path, pages):
    """Open pages from disk, beside one another in one window; return what the browser complained of in each."""
    for name, text in pages.items():
        (tmp_path / f"{name.replace(' ', '-')}.html").write_text(text, encoding="utf-8")
    frames = "".join(f'<iframe src="{name.replace(" ", "-")}.html"></iframe>' for name in pages)
    page, picture = tmp_path / "frames.html", tmp_path / "frames.png"
    page.write_text(f"<!doctype html><title>pages</title>{frames}", encoding="utf-8")

    _, said = browse(tmp_path / "profile", "--window-size=1280,900", f"--screenshot={picture}", page.as_uri())

    assert picture.read_bytes().startswith(b"\x89PNG")
    loud = [line for line in said.splitlines() if "CONSOLE" in line or "Content Security Policy" in line]
    return {name: [line for line in loud if f"{name.replace(' ', '-')}.html" in line] for name in pages}, loud


def test_pages_load_from_files_without_a_violation(tmp_path):
    """The browser reports neither a policy violation nor an error on any page; it would, as the last one shows."""
    broken = WORLDS["safe"].replace("</head>", "<style>p{color:red}</style></head>")

    found, loud = complaints(tmp_path, {**WORLDS, "broken": broken})

    assert {"broken"} == {name for name, lines in found.items() if lines}
    assert all("Content Security Policy" in line for line in loud)
    assert len(loud) == len(found["broken"])
