"""Published vectors and the project's own schedules."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from upgrader.forks.schedule import ForkSchedule
from upgrader.forks.schedule_file import ScheduleFile

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Any]:
    return lambda name: json.loads((PROJECT / "tests/vectors/forks" / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def schedules() -> dict[str, ForkSchedule]:
    files = sorted((PROJECT / "networks/forks").glob("*.toml"))
    read = TypeAdapter(ScheduleFile).validate_python
    return {file.stem: read(tomllib.loads(file.read_text())).schedule() for file in files}
