"""Results that are believed only where this user's own runs left them."""

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from upgrader.edges.own_results import KEY, keep, kept

CONTENT = {"contracts": {"A.sol": {"A": {}}}}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Return a cache folder of this test alone."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "upgrader"


def test_what_was_kept_is_there(cache, tmp_path):
    """A result is read back, and its key is nobody else's to read."""
    keep(tmp_path / "a.json", CONTENT)

    assert CONTENT == kept(tmp_path / "a.json")
    assert 0o600 == (cache / KEY).stat().st_mode & 0o777
    assert [KEY] == [file.name for file in cache.iterdir()]


@pytest.mark.parametrize(
    "forged",
    [
        lambda raw: raw.replace(b"A.sol", b"B.sol"),
        lambda raw: raw.partition(b" ")[2],
        lambda raw: b"0" * 64 + b" " + raw.partition(b" ")[2],
        lambda raw: raw[:-1],
        lambda _: json.dumps(CONTENT).encode(),
        lambda _: b"",
        lambda _: b"\xff {}",
        lambda _: b"[" * 100_000,
    ],
)
def test_what_somebody_else_wrote_is_none(tmp_path, forged):
    """Without the MAC, under another one or changed after it, a file is no result."""
    file = tmp_path / "a.json"
    keep(file, CONTENT)
    file.write_bytes(forged(file.read_bytes()))

    assert kept(file) is None


def test_result_counts_under_its_own_name(tmp_path):
    """One result cannot stand in for another: the name says what was compiled."""
    keep(tmp_path / "a.json", CONTENT)
    (tmp_path / "a.json").rename(tmp_path / "b.json")

    assert kept(tmp_path / "b.json") is None


def test_another_user_s_result_is_none(tmp_path, monkeypatch):
    """A key is made for each user."""
    keep(tmp_path / "a.json", CONTENT)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))

    assert kept(tmp_path / "a.json") is None


@pytest.mark.parametrize("spoilt", [lambda key: key.chmod(0o644), lambda key: key.write_bytes(b"short")])
def test_key_that_others_may_know_is_not_used(cache, tmp_path, monkeypatch, spoilt):
    """What it vouched for is not believed any more; another place for a key is found."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    keep(tmp_path / "a.json", CONTENT)
    spoilt(cache / KEY)
    cache.parent.rename(tmp_path / "later")  # a later process looks at it anew
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "later"))

    assert kept(tmp_path / "a.json") is None
    keep(tmp_path / "a.json", CONTENT)
    assert CONTENT == kept(tmp_path / "a.json")
    assert (tmp_path / "home" / ".cache" / "upgrader" / KEY).is_file()


def test_without_a_place_for_a_key_a_process_believes_itself(tmp_path, monkeypatch):
    """Its key is its own then, and nobody else's."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, str(blocked))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(blocked))

    keep(tmp_path / "a.json", CONTENT)

    assert CONTENT == kept(tmp_path / "a.json")
    assert blocked.read_text() == ""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert kept(tmp_path / "a.json") is None


def test_processes_that_begin_together_share_one_key(cache, tmp_path):
    """Whoever is first makes it, and all believe one another."""
    files = [tmp_path / f"{number}.json" for number in range(8)]
    with ProcessPoolExecutor(len(files), mp_context=get_context("spawn")) as pool:
        list(pool.map(keep, files, [CONTENT] * len(files)))

    assert [CONTENT] * len(files) == [kept(file) for file in files]
    assert [KEY] == [file.name for file in cache.iterdir()]
