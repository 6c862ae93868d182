"""Where things are: files in an instance's directory, and addresses in QEMU's user network."""

from __future__ import annotations

POLICY_FILE = "dvm-egress.json"
LOG_FILE = "dvm-egress.log"
# Lima takes files of this name for its own sockets: it leaves them out of a clone, and removes them at a stop.
SOCKET_FILE = "dvm-egress.sock"
LOCK_FILE = "dvm-egress.lock"
SETUP_FILE = "dvm-egress.setup"
"""Held by a lock while DVM's own setup step runs."""

NETWORK = "192.168.5.0/24"
"""QEMU's user network, as Lima sets it up."""
PROXY_ADDRESS = "192.168.5.100"
PROXY_PORT = 3128
FIRST_REACH = 101
"""The last part of the address of the first port of another VM; the others follow."""
MOST_REACHED = 64
LOOPBACK = "127.0.0.1"
HOST_ADDRESS = "192.168.5.2"
"""The host's loopback address, as a guest sees it where no host rule shuts it."""
USER = "dvm"
"""The user name that goes with a VM's credential."""
MOST_CONNECTIONS = 64
"""At once, for one VM."""
