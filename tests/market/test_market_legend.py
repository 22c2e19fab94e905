"""The playbooks' legends name what is really asked and called."""

import pytest
from venue_world import CASES, SPOT

from upgrader.calls import SELECTOR_BYTES, selector
from upgrader.errors import InputError
from upgrader.flows.demo.deployed import ListedSeries, Parties, ReferenceProtocol
from upgrader.flows.demo.perpetual_playbook import PerpetualPlaybook
from upgrader.flows.demo.playbook import ReferencePlaybook
from upgrader.flows.demo.trading import ETHER, ONE
from upgrader.simulation.script import Stage
from upgrader.units import BlockNumber, Seconds, Timestamp, address

START = Timestamp(1_767_600_000)


def numbered(number):
    """Return an address that stands for a contract or a party."""
    return address(f"0x{number:040x}")


PARTIES = Parties(*map(numbered, range(1, 6)), (numbered(6), numbered(7)), tuple(map(numbered, (8, 9, 10))))
SERIES = tuple(
    ListedSeries(number, numbered(30 + number), ETHER, 3_000 * ONE, Timestamp(START + 691_200), is_call=number == 1)
    for number in (1, 2)
)
PROTOCOL = ReferenceProtocol(PARTIES, *map(numbered, range(11, 24)), series=SERIES)
PLAYBOOKS = {
    "options": ReferencePlaybook(PROTOCOL, SPOT),
    "perpetual": PerpetualPlaybook(PROTOCOL, numbered(40), SPOT),
}


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_every_figure_of_a_legend_is_asked_or_called(name):
    """A name for what nobody asks would be dead; the price path is asked in the scripts' own words."""
    script = next(iter(PLAYBOOKS[name]([CASES["calm"]], Stage(BlockNumber(1), START, Seconds(12)))))
    moments = (*script.before, *script.scenario.moments)
    things = [each for moment in moments for each in (*moment.acts, *moment.questions)]

    assert {(figure.to, selector(figure.signature)) for figure in script.legend.figures} <= {
        (each.to, each.data[:SELECTOR_BYTES]) for each in things
    }
    assert (script.legend.path.to, script.legend.path.data) in {(each.to, each.data) for each in things}
    assert {act.sender for moment in moments for act in moment.acts} <= set(script.legend.people)


def test_an_upgrade_after_the_last_trade_leaves_the_modes_out_and_says_that_a_day_has_no_market():
    """A case that crosses the expiry trades before the upgrade; one that does not, cannot."""
    late = Stage(BlockNumber(1), START, Seconds(691_200 + 600))
    book = PLAYBOOKS["options"]

    scripts = list(book([CASES["expiry_crossing/in dispute"]], late))

    assert ["expiry_crossing/in dispute: a market day"] == [script.scenario.name for script in scripts]
    with pytest.raises(InputError, match="'calm: a market day' has no market"):
        list(book([CASES["calm"]], late))
