"""Work done side by side, results in order.

The one place that knows how work is spread.  Threads serve here, because the work is done by a node and Python only
waits for it; something that spreads work over machines has to take the place of this one function.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def in_order(work: Callable[[A], B], items: Iterable[A], workers: int) -> Iterator[B]:
    """Yield ``work(item)`` for each item, in their order and as soon as it is known.

    At most twice as many items as there are workers are taken ahead, so memory stays flat however many there are.
    One worker works here, in no thread.

    The first exception is raised where its result was due; what was not begun by then never is.
    """
    waiting = iter(items)
    if workers == 1:
        yield from map(work, waiting)
        return
    under_way: deque[Future[B]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            under_way.extend(pool.submit(work, item) for item in islice(waiting, 2 * workers))
            while under_way:
                result = under_way.popleft().result()
                under_way.extend(pool.submit(work, item) for item in islice(waiting, 1))
                yield result
        finally:
            for future in under_way:
                future.cancel()
