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
WORLDS = {
    "safe": render_html(DOSSIER),
    "unsafe": render_html(UNSAFE),
    "planned": render_html(PLANNED),
    "hostile": render_html(HOSTILE),
    "regressed": render_html(replace(DOSSIER, regression=AS_DECLARED)),
    "market declared": render_market(DOSSIER, AS_DECLARED),
    "market broken": render_market(DOSSIER, BROKEN),
    "market hostile": render_market(HOSTILE, HOSTILE_MARKET),
}

FRAME = """<!doctype html><title>waiting</title><style>iframe{{border:0;width:{width}px;height:900px}}</style>
<iframe src="page.html"></iframe><script>
onload=()=>{{const page=document.querySelector("iframe").contentDocument;
const bottom=(page.querySelector(".time")||page.querySelector(".verdict")).getBoundingClientRect().bottom;
document.title="measured "+page.documentElement.scrollWidth+" "+Math.round(bottom)}}
</script>"""
"""A page beside the report that measures it: the report itself runs no script."""

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


@pytest.mark.parametrize("width", [1280, 600])
@pytest.mark.parametrize("world", WORLDS)
def test_page_needs_no_horizontal_scrolling(world, width, site, tmp_path):
    """At desktop and at half-screen width nothing sticks out, not even a megabyte of name."""
    folder, address = site
    (folder / "page.html").write_text(WORLDS[world], encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")

    dom, _ = browse(tmp_path, "--window-size=1400,1000", "--dump-dom", f"{address}/frame.html")

    (measured,) = re.findall(r"<title>measured (\d+) \d+</title>", dom)
    assert int(measured) <= width


@pytest.mark.parametrize("world", ["safe", "unsafe", "planned", "regressed", "market broken"])
def test_what_decides_fits_one_screen(world, site, tmp_path):
    """Verdict, changes, hashes and timeline are read at 1280 by 900 without scrolling."""
    folder, address = site
    (folder / "page.html").write_text(WORLDS[world], encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(width=1280), encoding="utf-8")

    dom, _ = browse(tmp_path, "--window-size=1400,1000", "--dump-dom", f"{address}/frame.html")

    (bottom,) = re.findall(r"<title>measured \d+ (\d+)</title>", dom)
    assert int(bottom) <= 900


@pytest.mark.parametrize("world", WORLDS)
def test_page_loads_from_a_file_without_a_violation(world, tmp_path):
    """Opened from disk it is drawn, and the browser reports neither a policy violation nor an error on the page."""
    page, picture = tmp_path / "report.html", tmp_path / "report.png"
    page.write_text(WORLDS[world], encoding="utf-8")

    _, complaints = browse(tmp_path / "profile", "--window-size=1280,900", f"--screenshot={picture}", page.as_uri())

    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [line for line in complaints.splitlines() if "CONSOLE" in line or "Content Security Policy" in line] == []


def test_browser_would_report_a_violation(tmp_path):
    """The check above can fail: a foreign style sheet in the page is reported."""
    page = tmp_path / "report.html"
    page.write_text(render_html(DOSSIER).replace("</head>", "<style>p{color:red}</style></head>"), encoding="utf-8")

    _, complaints = browse(tmp_path / "profile", f"--screenshot={tmp_path / 'x.png'}", page.as_uri())

    assert "Content Security Policy" in complaints
