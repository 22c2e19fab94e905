"""The journal: entries that cannot be changed unseen, and a crash in the middle of one."""

import multiprocessing

import pytest

from upgrader.edges.clock import SystemClock
from upgrader.edges.journal import GENESIS, TORN, FileJournal
from upgrader.errors import InputError, MismatchError


@pytest.fixture
def journal(tmp_path):
    journal = FileJournal(tmp_path / "upgrade" / "journal.jsonl", SystemClock())
    for number in range(3):
        journal.append("step", {"number": number})
    return journal


@pytest.fixture
def path(tmp_path):
    return tmp_path / "upgrade" / "journal.jsonl"


def append_ten(path):
    for number in range(10):
        FileJournal(path, SystemClock()).append("step", {"number": number})


def test_entries_come_back_in_order(journal):
    """Each names its place, and the first names nothing before it."""
    entries = journal.entries()

    assert [(0, 0), (1, 1), (2, 2)] == [(entry["sequence"], entry["facts"]["number"]) for entry in entries]
    assert GENESIS == entries[0]["previous"]


def test_no_file_is_no_entries(tmp_path):
    """A journal begins with its first entry."""
    assert () == FileJournal(tmp_path / "none", SystemClock()).entries()


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: [lines[0].replace(b'"number":0', b'"number":9'), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
        lambda lines: [lines[0], b"\n", *lines[1:]],
        lambda lines: [lines[0], b"\xff\n", *lines[1:]],
        lambda lines: [lines[0], b"[]\n", *lines[1:]],
    ],
)
def test_a_changed_removed_moved_or_added_line_is_found(journal, path, tamper):
    """Neither reading nor appending goes on after it."""
    path.write_bytes(b"".join(tamper(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(MismatchError, match="the journal was changed"):
        journal.entries()
    with pytest.raises(MismatchError, match="the journal was changed"):
        journal.append("step", {})


def test_a_torn_line_was_never_an_entry(journal, path):
    """What a crash left is not read; the next entry sets it aside and says so."""
    with path.open("ab") as file:
        file.write(b'{"event":"sent","fac')

    assert 3 == len(journal.entries())
    journal.append("step", {"number": 3})

    assert ["step", "step", "step", TORN, "step"] == [entry["event"] for entry in journal.entries()]
    assert 20 == journal.entries()[3]["facts"]["bytes"]


def test_two_processes_do_not_interleave(path):
    """Each entry waits for the one before, whoever writes it."""
    workers = [multiprocessing.get_context("spawn").Process(target=append_ten, args=(path,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert list(range(20)) == [entry["sequence"] for entry in FileJournal(path, SystemClock()).entries()]


def test_a_link_in_place_of_the_journal_is_not_written_through(tmp_path):
    """A bundle cannot make us append to another file."""
    (tmp_path / "other").write_text("")
    (tmp_path / "journal.jsonl").symlink_to(tmp_path / "other")

    with pytest.raises(InputError, match="cannot be written"):
        FileJournal(tmp_path / "journal.jsonl", SystemClock()).append("step", {})

    assert "" == (tmp_path / "other").read_text()
