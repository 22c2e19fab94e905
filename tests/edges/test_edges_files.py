"""Files from somebody else's machine, and files that a crash must not tear."""

import hashlib
import os
import socket
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.edges.contents import manifest_of, verify_manifest, write_manifest
from upgrader.edges.files import (
    canonical_json,
    parse_json,
    read_bytes,
    read_json,
    read_text,
    read_toml,
    write_file,
    write_json,
)
from upgrader.errors import InputError, MismatchError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**256), 2**256) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


# ------------------------------------------------------------------------------------------------------------ reading


def test_a_missing_file_is_bad_input(tmp_path):
    """The path is named."""
    with pytest.raises(InputError, match="no such file") as caught:
        read_bytes(tmp_path / "plan.json")

    assert str(tmp_path / "plan.json") == caught.value.where


def test_a_file_over_the_limit_is_not_taken_in(tmp_path):
    """One byte too many is too many; the limit itself is not."""
    path = tmp_path / "big"
    path.write_bytes(b"x" * 100)

    assert b"x" * 100 == read_bytes(path, limit=100)
    with pytest.raises(InputError, match="larger than 99 bytes"):
        read_bytes(path, limit=99)


def test_a_pipe_a_socket_a_folder_and_a_device_are_no_files(tmp_path):
    """None of them is waited for."""
    os.mkfifo(tmp_path / "pipe")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "socket"))

    for path in (tmp_path / "pipe", tmp_path / "socket", tmp_path, "/dev/zero"):
        with pytest.raises(InputError, match=r"is not a regular file|cannot be read"):
            read_bytes(path)
    listener.close()


def test_a_link_is_followed_only_where_it_may_be(tmp_path):
    """A bundle cannot point at other files of the machine."""
    (tmp_path / "secret").write_text("s")
    (tmp_path / "plan.json").symlink_to(tmp_path / "secret")

    assert b"s" == read_bytes(tmp_path / "plan.json")
    with pytest.raises(InputError, match="is a symbolic link"):
        read_bytes(tmp_path / "plan.json", follow=False)


def test_text_that_is_not_utf8_is_bad_input(tmp_path):
    """The byte is named; a byte order mark is not text."""
    (tmp_path / "latin").write_bytes("naïve".encode("latin-1"))
    (tmp_path / "marked").write_bytes(b"\xef\xbb\xbfx")

    assert "x" == read_text(tmp_path / "marked")
    with pytest.raises(InputError, match=r"is not UTF-8 \(byte 2\)"):
        read_text(tmp_path / "latin")


def test_an_impossible_name_is_bad_input(tmp_path):
    """A NUL byte in a name is no traceback."""
    with pytest.raises(InputError, match="is not a file name"):
        read_bytes(tmp_path / "a\0b")


def test_a_mistake_in_toml_is_found_by_its_line(tmp_path):
    """File and line are where an editor can jump to."""
    path = tmp_path / "upgrader.toml"
    path.write_text('schema = 1\n\n[project]\nname = "x\n')

    with pytest.raises(InputError, match="is not TOML") as caught:
        read_toml(path)

    assert f"{path}:4" == caught.value.where


def test_a_mistake_in_json_is_found_by_its_line(tmp_path):
    """File and line are where an editor can jump to."""
    path = tmp_path / "plan.json"
    path.write_text('{\n  "a": 1,\n}\n')

    with pytest.raises(InputError, match="is not JSON") as caught:
        read_json(path)

    assert f"{path}:3" == caught.value.where


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "[" * 101 + "]" * 101, '{"a":' * 101 + "1" + "}" * 101, "9" * 5_000, "NaN", "[1, -Infinity]",
     '{"to": 1, "to": 2}', '{"a": {"b": 1, "b": 1}}'],
)  # fmt: skip
def test_json_that_two_readers_could_read_differently_is_refused(text):
    """Nesting without end, huge numbers, non-numbers and doubled keys are bad input."""
    with pytest.raises(InputError):
        parse_json(text, where="x")


def test_a_hundred_levels_are_read():
    """The bound on nesting is where it says."""
    assert parse_json("[" * 100 + "]" * 100, where="x")


def test_toml_nested_without_end_is_refused(tmp_path):
    """The parser's own recursion does not reach the user."""
    path = tmp_path / "deep.toml"
    path.write_text("a = " + "[" * 50_000)

    with pytest.raises(InputError):
        read_toml(path)


# ------------------------------------------------------------------------------------------------------------ writing


@given(JSON)
def test_canonical_json_is_one_form_and_reads_back(value):
    """Writing is deterministic and loses nothing; keys are sorted whatever their order was."""
    data = canonical_json(value)

    assert value == parse_json(data.decode(), where="x")
    assert data == canonical_json(parse_json(data.decode(), where="x"))
    assert data.endswith(b"\n")


def test_canonical_json_sorts_keys():
    """Two dicts with the same content are the same bytes."""
    assert b'{\n  "a": [\n    1\n  ],\n  "b": "\\u00e9"\n}\n' == canonical_json({"b": "é", "a": [1]})


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path):
    """The new content is there, the mode stays, nothing lies beside it."""
    path = tmp_path / "deep" / "plan.json"
    write_json(path, {"a": 1})
    path.chmod(0o640)
    write_file(path, "new")

    assert "new" == path.read_text()
    assert 0o640 == stat.S_IMODE(path.stat().st_mode)
    assert [path] == list(path.parent.iterdir())


def test_a_new_file_has_the_permissions_that_the_user_wants(tmp_path):
    """The umask decides, as for any other program."""
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "x", "")
    finally:
        os.umask(before)

    assert 0o640 == stat.S_IMODE((tmp_path / "x").stat().st_mode)


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    """A full disk in the last moment costs nothing that was there."""
    path = tmp_path / "plan.json"
    path.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_file(path, "new")

    assert "old" == path.read_text()
    assert [path] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_bad_input(tmp_path):
    """A file in the place of a folder is said plainly."""
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="cannot be written"):
        write_file(tmp_path / "file" / "x", "")


# ----------------------------------------------------------------------------------------------------------- MANIFEST


@pytest.fixture
def bundle(tmp_path):
    """A sealed bundle with signatures beside it."""
    for name in ("plan.json", "build/a.json", "evidence/deep/b.json", "signatures/alice.json", "journal.jsonl"):
        write_file(tmp_path / name, name)
    write_manifest(tmp_path)
    return tmp_path


def test_a_manifest_is_what_sha256sum_prints(bundle):
    """Sorted by name, two spaces, and without what comes later."""
    lines = (bundle / "MANIFEST").read_text().splitlines()

    assert ["build/a.json", "evidence/deep/b.json", "plan.json"] == [line[66:] for line in lines]
    assert hashlib.sha256(b"plan.json").hexdigest() + "  plan.json" == lines[2]


def test_an_untouched_bundle_fits(bundle):
    """Signatures and journal entries may be added afterwards."""
    write_file(bundle / "signatures" / "bob.json", "")
    write_file(bundle / "journal.jsonl", "more")

    verify_manifest(bundle)


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda folder: (folder / "plan.json").write_text("x"), "changed: plan.json"),
        (lambda folder: (folder / "plan.json").unlink(), "missing: plan.json"),
        (lambda folder: (folder / "build" / "evil.json").write_text("x"), "not listed: build/evil.json"),
        (lambda folder: (folder / ".hidden").write_text("x"), "not listed: .hidden"),
    ],
)
def test_a_tampered_bundle_is_told_by_file(bundle, tamper, words):
    """What was changed, removed or slipped in is named, with exit 5."""
    tamper(bundle)

    with pytest.raises(MismatchError, match=words) as caught:
        verify_manifest(bundle)

    assert 5 == caught.value.exit_code


def test_a_link_in_a_bundle_is_refused(bundle):
    """Neither a linked file nor a linked folder is followed."""
    (bundle / "build" / "link").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="symbolic link"):
        verify_manifest(bundle)
    (bundle / "build" / "link").unlink()
    (bundle / "build" / "folder").symlink_to("/etc")
    with pytest.raises(InputError):
        manifest_of(bundle)


@pytest.mark.parametrize("line", ["nonsense\n", "00  plan.json\n", "DOUBLE"])
def test_a_malformed_manifest_is_found_by_its_line(bundle, line):
    """A line that is none, and a file listed twice, are bad input."""
    first = (bundle / "MANIFEST").read_text()
    (bundle / "MANIFEST").write_text(first + (first if line == "DOUBLE" else line))

    with pytest.raises(InputError, match="is not a line of a manifest") as caught:
        verify_manifest(bundle)

    assert caught.value.where.endswith("MANIFEST:4")
