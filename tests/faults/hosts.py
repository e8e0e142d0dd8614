"""Three hosts on one machine: network namespaces on a bridge, each with an address of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

BRIDGE = "caseflow0"
NETWORK = "10.77.68.0/24"
DATABASE = "10.77.68.1"
"""Where the hosts find the database: the address of the bridge."""

IP = shutil.which("ip") or "/usr/sbin/ip"


class NoHostsError(Exception):
    """This machine lets nobody make namespaces; it says why."""


@dataclass(frozen=True, slots=True)
class Host:
    """One network namespace, joined to the bridge by a cable."""

    number: int

    @property
    def name(self) -> str:
        """What the namespace is called."""
        return f"caseflow-{self.number}"

    @property
    def cable(self) -> str:
        """The end of the cable at the bridge."""
        return f"caseflow0-{self.number}"

    @property
    def prefix(self) -> tuple[str, ...]:
        """What runs a command on the host."""
        return (IP, "netns", "exec", self.name)

    def start(self) -> None:
        """Make the namespace and join it to the bridge."""
        _ip("netns", "add", self.name)
        _ip(*("link", "add", self.cable, "type", "veth"), *("peer", "eth0", "netns", self.name))
        _ip("link", "set", self.cable, "master", BRIDGE, "up")
        _ip("-n", self.name, "link", "set", "lo", "up")
        _ip("-n", self.name, "address", "add", f"10.77.68.{self.number + 1}/24", "dev", "eth0")
        _ip("-n", self.name, "link", "set", "eth0", "up")

    def unplug(self) -> None:
        """Pull the cable: nobody is told, as when a switch fails."""
        _ip("link", "set", self.cable, "down")

    def plug_in(self) -> None:
        """Put the cable back."""
        _ip("link", "set", self.cable, "up")

    def stop(self) -> None:
        """Take the namespace and its cable away."""
        _ip("netns", "delete", self.name)


@contextmanager
def hosts(count: int) -> Iterator[list[Host]]:
    """Start so many hosts. Raises NoHostsError."""
    if os.geteuid() != 0 or not Path(IP).exists():
        raise NoHostsError("only root makes network namespaces, with the program ip")
    with ExitStack() as stack:
        try:
            _ip("link", "add", BRIDGE, "type", "bridge")
            stack.callback(_ip, "link", "delete", BRIDGE)
            _ip("address", "add", f"{DATABASE}/24", "dev", BRIDGE)
            _ip("link", "set", BRIDGE, "up")
            made = [Host(number) for number in range(1, count + 1)]
            for host in made:
                host.start()
                stack.callback(host.stop)
        except subprocess.CalledProcessError as failure:
            raise NoHostsError(f"{failure.stderr}") from failure
        yield made


def _ip(*arguments: str) -> None:
    subprocess.run([IP, *arguments], check=True, capture_output=True, text=True)  # noqa: S603
