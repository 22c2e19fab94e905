"""The machine's clock: the :class:`~upgrader.ports.Clock` port."""

import time

from upgrader.units import Seconds, Timestamp


class SystemClock:
    """The time of this machine."""

    def now(self) -> Timestamp:
        """Return the current time."""
        return Timestamp(int(time.time()))

    def sleep(self, duration: Seconds) -> None:
        """Wait."""
        time.sleep(duration)
