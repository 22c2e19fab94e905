"""How far a sweep is: the estimate counts what runs take, and nothing that happens between them."""

from upgrader.flows.pace import Pace, PacedEngine, duration


class _Clock:
    """A clock that somebody moves."""

    def __init__(self):
        self.time = 100

    def now(self):
        return self.time


class _Engine:
    """Every run takes ten seconds."""

    def __init__(self, clock):
        self.clock = clock

    def run(self, _prelude, scenarios, _watch):
        for each in scenarios:
            self.clock.time += 10
            yield each


def _said(total, *batches):
    clock, said = _Clock(), []
    engine = PacedEngine(_Engine(clock), total, clock, said.append)
    for batch in batches:
        assert list(batch) == list(engine.run((), batch, {}))
        clock.time += 1_000  # a proof, or a shrinking
    return said


def test_what_is_left_is_told_after_each_run():
    """Two of four runs took twenty seconds: twenty are left, whatever was done between them."""
    assert [
        "regression: 1 of 4 runs, about 30 s left",
        "regression: 2 of 4 runs, about 20 s left",
        "regression: 3 of 4 runs, about 10 s left",
        "regression: 4 of 4 runs",
    ] == _said(4, "ab", "cd")


def test_runs_beyond_the_sweep_are_not_announced():
    """Shrinking a difference runs the same engine."""
    assert ["regression: 1 of 1 runs"] == _said(1, "a", "bcd")


def test_a_long_time_is_told_in_minutes():
    """Nobody waits for 600 seconds."""
    assert ("119 s", "10 min") == (duration(119), duration(600))


def test_steps_tell_what_is_left_of_them():
    """One of four took ten seconds: about thirty are left; nothing is said without a clock, or when all is done."""
    clock = _Clock()
    pace = Pace(4, clock)
    clock.time += 10

    assert ["", ", about 30 s left", ""] == [pace.ahead(done) for done in (0, 1, 4)]
    assert not Pace(4, None).ahead(1)
