"""Who may try a password now: asked before it is hashed, since a hash takes a tenth of a second of two threads.

Wrong passwords are counted by address and by name. An address that has spent its attempts is refused; a name that has
spent its own is refused to addresses that have failed before, and to no other. So whoever guesses is slowed down, and
the owner is not locked out: they come from an address that has not failed, or over one by which they came in before,
which has attempts of its own. Nobody waits longer than until one attempt comes back. One that the caller broke off
stays counted: its hash may have been made.
All of it is kept in this process, and forgotten with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import monotonic

from shoal.domain.errors import ShoalError, TooManyAttempts, Unauthenticated

Clock = Callable[[], float]

ADDRESS_SECONDS, NAME_SECONDS = 6.0, 60.0
"""After so long an attempt comes back."""
LONGEST_LINE, RESERVED = 20, 10
"""So many are looked at or wait, and so many more of those that came in before."""
MOST_KNOWN = 10_000
"""Addresses, names, or both: those not heard of for the longest time are forgotten."""


class Attempts:
    """What is left of some attempts, by key. One comes back every so often."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spent(self, key: str, now: float) -> float:
        spent, at = self._spent.get(key, (0.0, now))
        return max(0.0, spent - (now - at) / self._seconds)

    def wait(self, key: str, now: float) -> float:
        """Seconds until there is one; 0 while there is."""
        return max(0.0, self.spent(key, now) + 1 - self._most) * self._seconds

    def add(self, key: str, count: float, now: float) -> float:
        """Spend so many, but no more than there are, or give them back. How many it was."""
        before = self.spent(key, now)
        after = min(max(0.0, before + count), self._most)
        self._spent[key] = (after, now)
        self._spent.move_to_end(key)
        if len(self._spent) > MOST_KNOWN:
            self._spent.popitem(last=False)
        return after - before

    def __contains__(self, key: str) -> bool:
        return key in self._spent


class Gate:
    """The way to signing in. `failures` may be made from one address, and as many on one name, before either waits."""

    def __init__(self, failures: int, *, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._by_address = Attempts(failures, ADDRESS_SECONDS)
        self._by_name = Attempts(failures, NAME_SECONDS)
        self._came_in = Attempts(failures, NAME_SECONDS)
        self._line = 0

    @contextmanager
    def attempt(self, address: str, name: str) -> Iterator[None]:
        """One attempt, which is wrong if Unauthenticated is raised inside. Raises TooManyAttempts."""
        address = network(address)
        both = f"{address} {name}"
        self._admit(address, name, both)
        counts = [(self._by_address, address), (self._by_name, name)]
        if both in self._came_in:
            counts.append((self._came_in, both))
        now = self._clock()  # counted at once: who tries many at a time is to wait too
        spent = [(attempts, key, attempts.add(key, 1, now)) for attempts, key in counts]
        self._line += 1
        try:
            yield
        except Unauthenticated:
            raise
        except ShoalError:
            self._give_back(spent)
            raise
        finally:
            self._line -= 1
        self._give_back(spent)
        self._came_in.add(both, 0, self._clock())

    def _admit(self, address: str, name: str, both: str) -> None:
        is_known = both in self._came_in
        if self._line >= LONGEST_LINE + (RESERVED if is_known else 0):
            raise TooManyAttempts(1)
        now = self._clock()
        wait = self._by_address.wait(address, now)
        if self._by_address.spent(address, now):
            wait = max(wait, self._by_name.wait(name, now))
        if is_known:
            wait = min(wait, self._came_in.wait(both, now))
        if wait:
            raise TooManyAttempts(ceil(wait))

    def _give_back(self, spent: list[tuple[Attempts, str, float]]) -> None:
        """No more than was spent, else a right password would give back what wrong ones had spent."""
        now = self._clock()
        for attempts, key, count in spent:
            attempts.add(key, -count, now)


def network(address: str) -> str:
    """What one caller has: an address of IPv4, or 64 bits of one of IPv6."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return address
    return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
