"""What may leave a VM, held on the host and held in the guest; tried from inside, also as root.

DVM_E2E_ALLOWED is a name that answers on port 80 from this host: where it is not set, that one way out is not tried.
"""

from __future__ import annotations

import os

from tests.conftest import Result
from tests.e2e.real_dvm import RealDvm
from tests.e2e.test_guest_view import HOST_ADDRESS, web_server

NAME = os.environ.get("DVM_E2E_ALLOWED", "")
LISTED = NAME or "listed.example.org"
OTHER = "mirror.example.org"
# One line for each way out that is open; nothing where none is.
PROBE = """
import os, socket, sys
port = int(sys.argv[1])
if len(sys.argv) > 2:
    os.setuid(int(sys.argv[2]))
for family, address, to in (
    (socket.AF_INET, "192.168.5.2", port), (socket.AF_INET6, "fec0::2", port), (socket.AF_INET, "192.168.5.2", 22),
    (socket.AF_INET, "192.168.5.3", 53), (socket.AF_INET, "1.1.1.1", 443), (socket.AF_INET, "10.0.0.1", 80),
):
    with socket.socket(family) as s:
        s.settimeout(4)
        try:
            s.connect((address, to))
            print("tcp", address, to)
        except OSError:
            pass
query = b"\\x12\\x34\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0\\x07example\\x03org\\0\\0\\x01\\0\\x01"
for address in ("192.168.5.2", "192.168.5.3", "1.1.1.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(4)
        try:
            s.sendto(query, (address, 53))
            s.recv(512)
            print("udp", address)
        except OSError:
            pass
try:
    print("name", socket.getaddrinfo("localhost.example.org", 80))
except OSError:
    pass
"""
FETCH = """
import sys, urllib.error, urllib.request
for name in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(f"http://{name}/", timeout=60).status)
    except urllib.error.HTTPError as error:
        print(error.code)
    except OSError:
        print("no answer")
"""
LEAVES = f"python3 -c 'import urllib.request; urllib.request.urlopen(\"http://{OTHER}/\", timeout=60)' 2>/dev/null"


def said(result: Result) -> str:
    return " ".join((result.out + result.err).split())


def declare(real: RealDvm, *names: str, more: str = "") -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    real.vm(f"cpus = 1\negress = [{listed}]\n{more}")


def tools(real: RealDvm) -> None:
    """Put the probes into the guest."""
    for name, text in (("probe", PROBE), ("fetch", FETCH)):
        path = real.place / f"{name}.py"
        path.write_text(text)
        assert real.run("cp", str(path), f"app:/home/developer/{name}.py").code == 0


def fetched(real: RealDvm, *names: str) -> list[str]:
    """Return the status that each name is answered with, asked by DVM_USER as its environment says."""
    return real.user(f"python3 ~/fetch.py {' '.join(names)}").split()


def test_egress_held_on_the_host(real: RealDvm) -> None:
    real.script("a.sh", LEAVES)
    with real.step(
        "first apply: a script that fetches from an undeclared name fails, with the name and what to declare"
    ):
        declare(real, LISTED, more='setup = ["a.sh"]\n')
        assert "held on the host" in said(real.run("plan"))
        code, text = real.apply()
        assert code == 1
        for words in (f"denied {OTHER}:80", f'setup_egress = ["{OTHER}"]'):
            assert words in " ".join(text.split()), text
    with real.step("without that script: no change is left, the rule is in force"):
        declare(real, LISTED)
        real.converge()
        assert "held by the host" in said(real.run("status", "app"))
    tools(real)
    with (
        real.step("as DVM_USER and as root without a firewall and with a route: nothing gets out"),
        web_server() as port,
    ):
        assert real.user(f"python3 ~/probe.py {port}") == ""
        bare = "iptables -F; ip6tables -F; ip route replace default via 192.168.5.2"
        found = real.root(f"({bare}) >/dev/null 2>&1; python3 /home/developer/probe.py {port}")
        assert found == "", f"open to {HOST_ADDRESS} and beyond: {found}"
    with real.step("by the proxy: a listed name or none at all, and `dvm egress` shows each"):
        if NAME:
            assert fetched(real, NAME) == ["200"]
        assert fetched(real, OTHER, "localhost.", "10.0.0.1", "169.254.169.254") == ["403"] * 4
        denied = {each["name"] for each in real.run("egress", "app", "--json").json["denied"]}
        assert OTHER in denied
        assert f'"{OTHER}' in real.run("egress", "app", "--propose").out
    with real.step("another list: at once, without a restart"):
        boot = real.boot_id()
        declare(real, OTHER)
        real.converge()
        assert real.boot_id() == boot
        assert fetched(real, LISTED) == ["403"]
    with real.step("limactl start by hand: found before the next contact, and by verify"):
        assert real.limactl("stop", "dvm-app").code == 0
        assert real.limactl("start", "--tty=false", "dvm-app").code == 0
        for command in (("ssh", "app", "--", "true"), ("cp", "app:x", str(real.place / "x")), ("verify", "app")):
            refused = real.run(*command)
            assert (refused.code, "DVM315" in refused.out + refused.err) == (3, True), said(refused)
    with real.step("the next apply puts the rule in force again"):
        real.converge()
        assert fetched(real, LISTED) == ["403"]
    with real.step("dvm verify: every wall holds"):
        verified = real.run("verify", "app")
        assert (verified.code, "every wall that is promised holds" in said(verified)) == (0, True), verified.out


def test_egress_held_in_the_guest(real: RealDvm) -> None:
    real.egress_in_guest = True
    with real.step("first apply, as on a driver that can't hold it on the host"):
        declare(real, LISTED)
        assert "held in the guest" in said(real.run("plan"))
        real.converge()
    tools(real)
    with real.step("as DVM_USER, and as a subordinate id: nothing gets out but by the proxy"), web_server() as port:
        assert real.user(f"python3 ~/probe.py {port}") == ""
        subordinate = int(real.root("awk -F: '$1 == \"developer\" {print $2}' /etc/subuid")) + 5
        assert real.root(f"python3 /home/developer/probe.py {port} {subordinate}") == ""
        assert fetched(real, OTHER, "10.0.0.1") == ["403", "403"]
        if NAME:
            assert fetched(real, NAME) == ["200"]
    with real.step("dvm verify: every wall holds"):
        verified = real.run("verify", "app")
        assert verified.code == 0, verified.out
    with real.step("root stops the firewall: it is open, and verify says so"), web_server() as port:
        real.root("sh /usr/local/lib/dvm/firewall stop")
        subordinate = int(real.root("awk -F: '$1 == \"developer\" {print $2}' /etc/subuid")) + 5
        assert "tcp 192.168.5.2" in real.root(f"python3 /home/developer/probe.py {port} {subordinate}")
        verified = real.run("verify", "app")
        assert (verified.code, "egress" in verified.out) == (3, True), verified.out
    with real.step("sudo for DVM_USER would undo it: refused"):
        declare(real, LISTED, more="sudo = true\n")
        refused = real.run("plan")
        assert (refused.code, "DVM315" in refused.out) == (3, True), said(refused)
        declare(real, LISTED)
    with real.step("the next session has the firewall in force again"):
        assert real.user("echo in") == "in\n"
        with web_server() as port:
            assert real.user(f"python3 ~/probe.py {port}") == ""
