"""Scenario files: somebody's Python, of which nothing may be believed."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from upgrader.edges.scenarios import ScenarioFolder
from upgrader.errors import InputError
from upgrader.market.conditions import conditions
from upgrader.simulation.scenario import Answers
from upgrader.simulation.script import Stage
from upgrader.units import BlockNumber, Seconds, Timestamp, address

MARKET = address("0x" + "12" * 20)
NAMES = ("market", "feed", "keeper")
CASES = tuple(case for condition in conditions() for case in condition.cases())[:3]
STAGE = Stage(BlockNumber(7), Timestamp(1_800_000_000), Seconds(12), addresses={"market": MARKET})
ANSWERS = Answers("calm: asked", (), ((),), ((b"",),), {})

GOOD = """\
from upgrader.simulation.questionnaire import Asked, Questionnaire
from upgrader.simulation.timeline import Timeline


def playbook(cases, stage):
    asked = Questionnaire([Asked("price", stage.addresses["market"], "priceOf(uint256)", (1,))])
    for case in cases:
        executed = stage.start + stage.upgrade
        timeline = Timeline(executed)
        timeline.block(executed + 12, (), asked.questions)
        yield timeline.script(f"{case.name}: asked", case.name, stage, executed).script
"""

SCRIPT = f"""\
MARKET = {str(MARKET)!r}
from dataclasses import replace
from upgrader.simulation.scenario import *
from upgrader.simulation.script import *

def script(at, moment=None, **changes):
    moments = (moment or Moment(12, (), (Question("{MARKET}", b"1234"),)),)
    return replace(Script(at.name, Scenario(at.name, moments)), **changes)

"""


SHY = """\
class Shy(Exception):
    def __str__(self):
        raise Shy

def playbook(cases, stage):
    raise Shy
"""


def folder(tmp_path, text, name="desk.py"):
    """Return the scenarios of a project with one file."""
    (tmp_path / "scenarios").mkdir(exist_ok=True)
    (tmp_path / "scenarios" / name).write_text(text)
    return ScenarioFolder(tmp_path, "scenarios")


def refused(found):
    """Run files that must be refused and return the error."""
    with pytest.raises(InputError) as caught:
        found.scripts(CASES, STAGE)
    assert caught.value.remedy
    return caught.value


def test_a_file_gives_scripts_with_the_projects_addresses(tmp_path):
    """One for each case, about the contract that the stage names."""
    scripts = folder(tmp_path, GOOD).scripts(CASES, STAGE)

    assert [case.name for case in CASES] == [script.case for script in scripts]
    assert {MARKET} == {
        each.to for script in scripts for moment in script.scenario.moments for each in moment.questions
    }


def test_the_documented_file_is_one(tmp_path):
    """docs/market-regression.md shows one from start to finish; it gives a script with a law for each market."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "market-regression.md").read_text(encoding="utf-8")
    (text,) = [block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "def playbook" in block]
    stage = replace(STAGE, delay=Seconds(7_200), upgrade=Seconds(7_212), addresses=dict.fromkeys(NAMES, MARKET))

    scripts = folder(tmp_path, text).scripts(CASES, stage)

    assert len(CASES) == len(scripts)
    assert [1] * len(CASES) == [len(script.laws) for script in scripts]
    assert {2} == {len(script.during) for script in scripts}
    assert [] == list(scripts[0].laws[0](ANSWERS))


def test_reading_a_file_does_not_run_it(tmp_path):
    """Planning, signing and reporting hash files; a file that would do harm does none."""
    text = "raise SystemExit('run')\n"

    (file,) = folder(tmp_path, text).files()

    assert ("scenarios/desk.py", hashlib.sha256(text.encode()).hexdigest()) == (file.path, file.sha256)


def test_what_was_hashed_is_what_is_run(tmp_path):
    """A file that changes between the two is run as it was read."""
    found = folder(tmp_path, GOOD)
    before = found.files()
    (tmp_path / "scenarios" / "desk.py").write_text("boom")

    assert len(CASES) == len(found.scripts(CASES, STAGE))
    assert before == found.files()


def test_a_file_that_prints_leaves_stdout_alone(tmp_path, capsys):
    """Stdout is one JSON document."""
    folder(tmp_path, f"print('at import')\n{GOOD}    print('at the end')\n").scripts(CASES, STAGE)

    said = capsys.readouterr()
    assert "" == said.out
    assert "at import" in said.err
    assert "at the end" in said.err


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("def playbook(cases, stage)\n    pass\n", "is not Python", ":1"),
        ("import nowhere_to_be_found\n", "ModuleNotFoundError", ":1"),
        ("raise SystemExit(0)\n", "SystemExit", ":1"),
        ("x = 1\n", "no function playbook", ""),
        ("playbook = 3\n", "no function playbook", ""),
        ("def playbook(cases, stage):\n    return None\n", "NoneType", ""),
        ("def playbook():\n    return ()\n", "TypeError", ""),
        ("def playbook(cases, stage):\n    yield cases[0].condition.nothing\n", "AttributeError", ":2"),
        ("def playbook(cases, stage):\n    return playbook(cases, stage)\n", "RecursionError", ":2"),
        ("def playbook(cases, stage):\n    yield 'calm'\n", "the text 'calm' instead of a Script", ""),
        ("def playbook(cases, stage):\n    while True:\n        yield 1\n", "more than 5000", ""),
        (SHY, "cannot be shown", ":6"),
    ],
)  # fmt: skip
def test_whatever_a_file_does_is_one_error(tmp_path, text, words, line):
    """It names the file, the line where there is one, and what to do."""
    error = refused(folder(tmp_path, text))

    assert words in error.message
    assert f"scenarios/desk.py{line}" == error.where


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("script(cases[0], case='no such market')", "unknown market the text 'no such market'"),
        ("script(cases[0], case=None)", "unknown market"),
        ("script(cases[0], scenario=None)", "no scenario"),
        ("script(cases[0], scenario=Scenario('\\x1b[2J', ()))", "no scenario with a printable name"),
        ("script(cases[0], wait=-1)", "wait is -1"),
        ("script(cases[0], laws=[print])", "laws is a list"),
        ("script(cases[0], before=[])", "before is a list"),
        ("script(cases[0], moment=Moment(0))", "after is 0"),
        ("script(cases[0], moment=Moment(True))", "after is a bool"),
        ("script(cases[0], moment=Moment(1.5))", "after is a float"),
        ("script(cases[0], moment=Moment(1, (None,)))", "acts[0] is None"),
        ("script(cases[0], moment=Moment(1, (Act('0x12', '0x12', b''),)))", "is not an address"),
        ("script(cases[0], moment=Moment(1, (Act('0x' + 'ab' * 20, '0x12', b''),)))", "not in the one form"),
        ("script(cases[0], moment=Moment(1, (), (Question(MARKET, 'data'),)))", "data is the text 'data'"),
        ("script(cases[0], moment=Moment(1, (), (Question(MARKET, b'', gas=10**9),)))", "gas is 1000000000"),
        ("script(cases[0], moment=Moment(1, basefee=-1))", "basefee is -1"),
        ("script(cases[0], moment=Moment(1, overrides={'x': Override()}))", "is not an address"),
        ("script(cases[0], moment=Moment(1, overrides={MARKET: Override(slots={0: b''})}))", "slots is a dict"),
        ("script(cases[0], scenario=Scenario('long', (Moment(1),) * 300))", "300 blocks"),
    ],
)  # fmt: skip
def test_nonsense_in_a_script_is_named(tmp_path, expression, words):
    """Every part that a run reads is looked at before any run."""
    text = f"{SCRIPT}def playbook(cases, stage):\n    yield {expression}\n"

    assert words in refused(folder(tmp_path, text)).message


def test_two_files_with_one_script_name_are_refused(tmp_path):
    """Their results could not be told apart; both files are named."""
    folder(tmp_path, GOOD, "a.py")
    error = refused(folder(tmp_path, GOOD, "b.py"))

    assert "scenarios/a.py" in error.message
    assert "scenarios/b.py" == error.where


@pytest.mark.parametrize("body", ["    raise KeyError('x')", "    yield 'x'", "    return 5"])
def test_a_law_that_fails_is_one_error(tmp_path, body):
    """It is called long after its file was read, on answers that may have failed."""
    text = (
        f"{SCRIPT}def law(answers):\n{body}\n\ndef playbook(cases, stage):\n    yield script(cases[0], laws=(law,))\n"
    )
    (script,) = folder(tmp_path, text).scripts(CASES, STAGE)

    with pytest.raises(InputError, match="a law"):
        list(script.laws[0](ANSWERS))


def test_a_law_without_an_end_is_stopped(tmp_path):
    """Breaches are bounded as everything else is."""
    breach = "Breach('l', 'invariant', 'c', 'o', 0, 'd')"
    law = f"def law(answers):\n    while True:\n        yield {breach}\n\n"
    text = f"{SCRIPT}{law}def playbook(cases, stage):\n    yield script(cases[0], laws=(law,))\n"
    (script,) = folder(tmp_path, text).scripts(CASES, STAGE)

    with pytest.raises(InputError, match="too many"):
        list(script.laws[0](ANSWERS))


@pytest.mark.parametrize("name", ["nowhere", "../scenarios", "/scenarios", "empty"])
def test_a_folder_that_is_none_is_refused(tmp_path, name):
    """Missing, outside the project, or without a file."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "_draft.py").write_text("")

    with pytest.raises(InputError):
        ScenarioFolder(tmp_path, name)


def test_a_project_without_scenarios_has_none(tmp_path):
    """No folder is named: nothing is read, nothing is run."""
    found = ScenarioFolder(tmp_path, "")

    assert ((), ()) == (found.files(), found.scripts(CASES, STAGE))
