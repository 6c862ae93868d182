"""What a bootstrap makes of the guest's network, run for real by this machine's Bash, with tools that write down calls."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dvm.lima import guest_programs
from dvm.model.choices import Firewall
from dvm.model.guest_network import GuestNetwork

BASH = str(shutil.which("bash"))
REACH = {"DVM_REACH_DB_5432": "192.168.5.2:15432"}
LOOPBACK = GuestNetwork(Firewall.LOOPBACK, (("192.168.5.2", 15432),), REACH, variables=REACH)


class Guest:
    """A guest's files below a directory, and its tools: each call is a line of `calls`."""

    def __init__(self, place: Path, *tools: str, fails: str = "", systemd: bool = True, ipv6: bool = True) -> None:
        self.place = place
        self.bin = place / "bin"
        self.bin.mkdir()
        (place / "subuid").write_text("other:100000:65536\nme:165536:65536\nme:300000:10\n")
        for tool in tools:
            body = f'echo "{tool} $*" >>{place}/calls; [[ $* != *-restore* && $1 != -f && "$0" != *restore ]] || cat >>{place}/rules'
            (self.bin / tool).write_text(f"#!{BASH}\n{body}\n{'exit 1' if tool == fails else ''}\n")
        (self.bin / "systemctl").write_text(
            f'#!{BASH}\necho "systemctl $*" >>{place}/calls\n'
            f"case $* in\n*' enable '*) : >{place}/enabled ;;\n*' disable '*) rm {place}/enabled ;;\nesac\n"
            f"case $1 in\nrestart) sh {place}/lib/firewall ;;\ndaemon-reload) rm -f {place}/stale ;;\n"
            f"show) [[ -e {place}/stale ]] && echo NeedDaemonReload=yes || echo NeedDaemonReload=no\n"
            f"[[ -e {place}/enabled ]] && echo UnitFileState=enabled || echo UnitFileState=disabled ;;\nesac\n"
        )
        (self.bin / "visudo").write_text(f"#!{BASH}\n")
        (self.bin / "id").write_text(f"#!{BASH}\necho 1002\n")
        (self.bin / "chown").write_text(f"#!{BASH}\n")
        for path in self.bin.iterdir():
            path.chmod(0o755)
        if systemd:
            (place / "run").mkdir()
        if ipv6:
            (place / "if_inet6").touch()

    def apply(self, network: GuestNetwork, *, stdin: bytes | None = None) -> str:
        """Return the answer."""
        for name in ("calls", "rules"):
            (self.place / name).write_text("")
        text = (Path(guest_programs.__file__).parent / "guest" / "network.sh").read_text()
        for there, here in {
            "/run/systemd/system": "run",
            "/usr/local/lib/dvm": "lib",
            "/run/dvm-firewall": "in_force",
            "/etc/dvm": "settings",
            "/proc/net/if_inet6": "if_inet6",
            "/etc/subuid": "subuid",
            "/etc/profile.d": "profile.d",
            "/etc/apt": "apt",
            "/etc/dnf": "dnf",
            "/etc/sudoers.d": "sudoers.d",
            "/etc/systemd/system.conf.d": "system.conf.d",
            "/etc/systemd/user.conf.d": "user.conf.d",
            "/etc/systemd/system": "units",
            "PATH=/usr/sbin:/sbin:/usr/bin:/bin": f"PATH={self.bin}:/usr/bin:/bin",
            "PATH=$PATH:/usr/sbin:/sbin": "PATH=$PATH",
        }.items():
            text = text.replace(there, here if "=" in there else str(self.place / here))
        program = (
            'set -Eeuo pipefail; user=me; fail() { echo "$*" >&2; exit 1; }; answer() { printf \'%s|\' "$@"; }\n'
            f"{text}\nread_records; write_variables; write_proxy; set_firewall"
        )
        # The tools that are tested are those of `bin` alone.
        (self.place / "few").mkdir(exist_ok=True)
        for tool in ("awk", "cat", "chmod", "grep", "mkdir", "mv", "paste", "rm", "sh"):
            link = self.place / "few" / tool
            if not link.exists():
                link.symlink_to(str(shutil.which(tool)))
        done = subprocess.run(
            [BASH, "-c", program],
            input=network.records if stdin is None else stdin,
            env={"PATH": f"{self.bin}:{self.place}/few"},
            capture_output=True,
            check=False,
            timeout=60,
        )
        self.status, self.errors = done.returncode, done.stderr.decode()
        return done.stdout.decode()

    def read(self, name: str) -> str:
        path = self.place / name
        return path.read_text() if path.exists() else ""


def test_nft_holds_the_user_and_its_ids(tmp_path: Path) -> None:
    guest = Guest(tmp_path, "nft", "iptables", "iptables-restore", "ip6tables", "ip6tables-restore")
    assert guest.apply(LOOPBACK) == "firewall|nft||", guest.errors
    rules = guest.read("rules")
    assert "meta skuid { 1002,165536-231071,300000-300009 } jump walled" in rules
    assert "ip daddr 192.168.5.2 tcp dport 15432 return" in rules
    assert rules.index("proto-dst 53 return") < rules.index("ip daddr 192.168.5.0/24 reject")
    assert "fec0::/64, fe80::/10" in rules
    assert "hook forward" in rules
    calls = guest.read("calls")
    assert "systemctl --quiet --no-reload enable dvm-firewall.service" in calls
    assert calls.count("daemon-reload") == 1
    assert "systemctl restart dvm-firewall.service" in calls
    assert "Before=network-pre.target sysinit.target" in guest.read("units/dvm-firewall.service")
    assert oct((tmp_path / "lib" / "firewall").stat().st_mode)[-3:] == "755"
    assert (tmp_path / "in_force").exists()
    assert guest.read("settings/environment") == "DVM_REACH_DB_5432=192.168.5.2:15432\n"


def test_what_systemd_has_already_is_put_in_force_without_a_reload(tmp_path: Path) -> None:
    guest = Guest(tmp_path, "nft")
    guest.apply(LOOPBACK)
    unit = tmp_path / "units" / "dvm-firewall.service"

    def again() -> list[str]:
        assert guest.apply(LOOPBACK) == "firewall|nft||", guest.errors
        assert guest.read("rules"), "the rules are put in force all the same"
        return [line.partition(" ")[2] for line in guest.read("calls").splitlines() if line.startswith("systemctl")]

    enabled = ["--quiet --no-reload enable dvm-firewall.service", "daemon-reload", "restart dvm-firewall.service"]
    asked = "show --property=NeedDaemonReload,UnitFileState dvm-firewall.service"
    assert again() == [asked, "restart dvm-firewall.service"]
    (tmp_path / "stale").touch()  # changed on disk behind systemd's back
    assert again() == [asked, *enabled]
    (tmp_path / "enabled").unlink()
    assert again() == [asked, *enabled]
    unit.write_text(unit.read_text() + "# another\n")
    assert again() == enabled
    unit.unlink()
    assert again() == enabled
    assert again() == [asked, "restart dvm-firewall.service"]


def test_iptables_holds_both_kinds_of_addresses(tmp_path: Path) -> None:
    guest = Guest(tmp_path, "iptables", "iptables-restore", "ip6tables", "ip6tables-restore")
    assert guest.apply(LOOPBACK) == "firewall|iptables||", guest.errors
    four, six = guest.read("rules").split("COMMIT\n*filter\n", 1)[0], guest.read("rules").partition("fec0::3")[2]
    assert "--uid-owner 165536-231071 -j DVM-WALL" in four
    assert "-A DVM-WALL -d 192.168.5.2 -p tcp --dport 15432 -j RETURN" in four
    assert "-A DVM-FWD -d 192.168.5.0/24 -j DROP" in four
    assert "-A DVM-WALL -d fec0::/64 -p tcp -j REJECT" in six
    assert "15432" not in six
    calls = guest.read("calls")
    assert "ip6tables -w -t mangle -C FORWARD -j DVM-FWD" in calls
    assert "iptables-restore -w --noflush" in calls


@pytest.mark.parametrize(
    ("tools", "facts", "why"),
    [
        ((), {}, "neither nft nor iptables"),
        (("nft",), {"systemd": False}, "no systemd"),
        (("nft",), {"fails": "nft"}, "nft of this guest does not take the rules"),
        (("iptables", "iptables-restore"), {}, "no ip6tables"),
    ],
)
def test_a_guest_without_one_says_why(
    tmp_path: Path, tools: tuple[str, ...], facts: dict[str, object], why: str
) -> None:
    guest = Guest(tmp_path, *tools, **facts)  # type: ignore[arg-type]
    said = guest.apply(LOOPBACK)
    assert guest.status == 0, guest.errors
    assert said.startswith("firewall|none|")
    assert why in said
    assert not (tmp_path / "lib" / "firewall").exists()
    assert not (tmp_path / "units" / "dvm-firewall.service").exists()
    assert guest.read("settings/environment"), "what is reached is told all the same"


def test_rules_that_nft_does_not_take_are_iptables(tmp_path: Path) -> None:
    guest = Guest(tmp_path, "nft", "iptables", "iptables-restore", fails="nft", ipv6=False)
    assert guest.apply(LOOPBACK) == "firewall|iptables||", guest.errors
    assert "ip6tables" not in guest.read("lib/firewall")


@pytest.mark.parametrize("tool", ["nft", "iptables"])
def test_it_is_taken_out_again(tmp_path: Path, tool: str) -> None:
    tools = ("nft",) if tool == "nft" else ("iptables", "iptables-restore", "ip6tables", "ip6tables-restore")
    guest = Guest(tmp_path, *tools)
    guest.apply(LOOPBACK)
    again = guest.apply(LOOPBACK)
    assert again == f"firewall|{tool}||", "a second time changes nothing"
    assert guest.apply(GuestNetwork(Firewall.OFF)) == "firewall|off||", guest.errors
    calls = guest.read("calls")
    assert ("delete table inet dvm" if tool == "nft" else "-X DVM-WALL") in calls
    assert "systemctl --quiet --no-reload disable dvm-firewall.service" in calls
    assert [path.name for path in (tmp_path / "lib").iterdir()] == []
    assert not (tmp_path / "in_force").exists()
    assert [path.name for path in (tmp_path / "units").iterdir()] == []
    assert not (tmp_path / "settings" / "environment").exists()
    assert guest.apply(GuestNetwork(Firewall.OFF)) == "firewall|off||"


@pytest.mark.parametrize(
    ("program", "mark", "restart", "let_in"),
    [
        (None, False, "false", True),
        ("#!/bin/sh\nnft -f -\n: >MARK", True, "false", True),
        ("#!/bin/sh\nnft -f -\n: >MARK", False, "touch MARK", True),
        ("#!/bin/sh\nnft -f -\n: >MARK", False, "true", False),
        ("#!/bin/sh\nnft -f -\n: >MARK", False, "false", False),
        ("#!/bin/sh\nof an earlier DVM\n", False, "false", True),
    ],
)
def test_nobody_is_let_in_while_the_firewall_is_not_in_force(
    tmp_path: Path, program: str | None, mark: bool, restart: str, let_in: bool
) -> None:
    made, in_force = tmp_path / "firewall", tmp_path / "in_force"
    if program is not None:
        made.write_text(program.replace("MARK", str(in_force)))
    if mark:
        in_force.touch()
    text = (Path(guest_programs.__file__).parent / "guest" / "held.sh").read_text()
    text = text.replace("/usr/local/lib/dvm/firewall", str(made)).replace("/run/dvm-firewall", str(in_force))
    tools = f"systemctl() {{ {restart.replace('MARK', str(in_force))}; }}\n"
    done = subprocess.run(
        [BASH, "-c", f"set -Eeuo pipefail\n{tools}{text}\ndemand_firewall || exit 94"],
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert (done.returncode, "did not load" in done.stderr) == (0 if let_in else 94, not let_in)


def test_sessions_copies_and_setup_scripts_ask_for_it() -> None:
    assert all(
        "demand_firewall ||" in guest_programs.text(name) for name in ("enter", "git", "setup", "pack", "unpack")
    )


PROXY = "http://dvm:se_cr-et@192.168.5.2:40000"
EGRESS = GuestNetwork(
    Firewall.EGRESS, (("192.168.5.2", 40000),), proxy=PROXY, variables={"https_proxy": PROXY, "NO_PROXY": "localhost"}
)


def test_what_has_settings_of_its_own_is_told_of_the_proxy_and_forgets_it(tmp_path: Path) -> None:
    guest = Guest(tmp_path, "nft")
    (tmp_path / "apt").mkdir()
    (tmp_path / "dnf").mkdir()
    (tmp_path / "dnf" / "dnf.conf").write_text("[main]\ngpgcheck=1\n")
    for _ in range(2):
        assert guest.apply(EGRESS) == "firewall|nft||", guest.errors
        assert guest.read("profile.d/dvm.sh") == f"export https_proxy='{PROXY}'\nexport NO_PROXY='localhost'\n"
        assert guest.read("system.conf.d/50-dvm.conf") == (
            f'[Manager]\nDefaultEnvironment="https_proxy={PROXY}" "NO_PROXY=localhost"\n'
        )
        assert guest.read("apt/apt.conf.d/95dvm").count(PROXY) == 2
        assert guest.read("dnf/dnf.conf").count(f"proxy={PROXY}\n") == 1
        assert "env_keep" in guest.read("sudoers.d/91-dvm")
        assert guest.read("settings/environment") == f"https_proxy={PROXY}\nNO_PROXY=localhost\n"
    assert "daemon-reexec" not in guest.read("calls"), "the second time nothing changed"
    assert guest.apply(LOOPBACK) == "firewall|nft||", guest.errors
    assert "daemon-reexec" in guest.read("calls")
    assert guest.read("dnf/dnf.conf") == "[main]\ngpgcheck=1\n"
    for name in ("profile.d/dvm.sh", "system.conf.d/50-dvm.conf", "apt/apt.conf.d/95dvm", "sudoers.d/91-dvm"):
        assert not (tmp_path / name).exists()


@pytest.mark.parametrize("records", [b"", b"loopback", b"loopback\0hole 1.2.3.4 5", b"loopback\0strange\0\0"])
def test_records_that_are_not_whole_or_not_known_change_nothing(tmp_path: Path, records: bytes) -> None:
    guest = Guest(tmp_path, "nft")
    assert guest.apply(LOOPBACK, stdin=records) == ""
    assert guest.status == 1
    assert guest.read("calls") == ""


# Two network namespaces with a wire between: `host` serves, and `guest` has the rules.
WIRED = """
ip link set lo up
ip link add eth0 type veth peer name far
ip addr add 192.168.5.15/24 dev eth0 && ip link set eth0 up
ip addr add fec0::15/64 dev eth0 nodad
unshare -n sleep 600 & other=$!
until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.02; done
ip link set far netns $other
there() { nsenter -t $other -n "$@"; }
there ip link set lo up
for address in 192.168.5.2/24 192.168.5.3/24 10.9.9.9/32; do there ip addr add $address dev far; done
there ip addr add fec0::2/64 dev far nodad
there ip link set far up
ip route add 10.9.9.9 dev eth0
nsenter -t $other -n python3 -c '
import pathlib, socket, time
kept = []
for family, address in ((socket.AF_INET, ("0.0.0.0", 80)), (socket.AF_INET, ("0.0.0.0", 15432)),
                        (socket.AF_INET, ("0.0.0.0", 53)), (socket.AF_INET6, ("fec0::2", 80))):
    listener = socket.socket(family)
    listener.bind(address)
    listener.listen()
    kept.append(listener)
pathlib.Path("PLACE/serves").touch()
time.sleep(600)
' & server=$!
until [ -e PLACE/serves ]; do sleep 0.02; done
BEFORE
sh PROGRAM
AFTER
python3 PLACE/try.py 0,1002,165536,231071,231072 192.168.5.2/80 192.168.5.2/15432 192.168.5.3/53 192.168.5.3/80 \\
  fec0::2/80 10.9.9.9/80
sh PROGRAM stop
python3 PLACE/try.py 1002 192.168.5.2/80 | sed 's/^/after /'
kill $server $other
"""
# Who gets through to where, all at once. What nothing answers takes three seconds, which begin when all have asked.
TRY = """
import errno, os, select, socket, sys, time
for uid in map(int, sys.argv[1].split(",")):
    if os.fork():
        continue
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    waiting = {}
    for place in sys.argv[2:]:
        address, _, port = place.rpartition("/")
        asking = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        asking.setblocking(False)
        if asking.connect_ex((address, int(port))) in (0, errno.EINPROGRESS):
            waiting[asking] = place
    deadline = time.monotonic() + 3
    while waiting and (left := deadline - time.monotonic()) > 0:
        for asked in select.select([], list(waiting), [], left)[1]:
            place = waiting.pop(asked)
            if asked.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                os.write(1, f"{uid} {place}\\n".encode())
    os._exit(0)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
"""


# What is open when the rules come: root's sshd has a session of the host's, in which the guest speaks first, and DVM_USER
# has a connection to the host. Each side: listen or connect, to where, what to say after the rules are there.
OPEN_BEFORE = """
import os, pathlib, socket, sys, time
side, port, text, uid = sys.argv[1:]
place = pathlib.Path(__file__).parent
"".encode("idna")
os.setuid(int(uid))
if side == "listen":
    connection, _ = socket.create_server(("", int(port))).accept()
else:
    for _ in range(1000):
        try:
            connection = socket.create_connection((side, int(port)), 5)
            break
        except OSError:
            time.sleep(0.02)
(place / f"open-{side}-{port}").touch()
while not (place / "rules").exists():
    time.sleep(0.02)
if text:
    connection.sendall(text.encode())
    time.sleep(60)
else:
    # What is lost is sent again after a fifth of a second, and after twice that each further time.
    connection.settimeout(5)
    try:
        print(connection.recv(99).decode(), flush=True)
    except OSError:
        pass
"""
TRACKED = "nft 'table ip other { chain out { type filter hook output priority 0; ct state new accept; }; }'"
BEFORE = """
TRACKED
python3 PLACE/open.py listen 22 'session goes on' 0 & sshd=$!
there python3 PLACE/open.py 192.168.5.15 22 '' 0 & reader=$!
there python3 PLACE/open.py listen 81 '' 0 & old=$!
python3 PLACE/open.py 192.168.5.2 81 'old connection goes on' 1002 & user=$!
until [ "$(ls PLACE | grep -c ^open-)" = 4 ]; do sleep 0.02; done
"""
AFTER = "touch PLACE/rules; wait $reader $old; kill $sshd $user $server $other; exit"


def reached(tmp_path: Path, tool: str, network: GuestNetwork, before: str | None = None) -> tuple[set[str], str]:
    """Return what gets through the rules that a guest makes with a tool, in this kernel; and the errors."""
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool}")
    tools = ("nft",) if tool == "nft" else ("iptables", "iptables-restore", "ip6tables", "ip6tables-restore")
    guest = Guest(tmp_path, *tools)
    guest.apply(network)
    program = (tmp_path / "lib" / "firewall").read_text().replace(f"{guest.bin}:", "/usr/sbin:/sbin:")
    (tmp_path / "real").write_text(program)
    place = Path(tempfile.mkdtemp(prefix="dvm-"))
    place.chmod(0o777)
    (place / "open.py").write_text(OPEN_BEFORE)
    (place / "try.py").write_text(TRY)
    script = WIRED.replace("PROGRAM", str(tmp_path / "real"))
    script = script.replace("BEFORE", "" if before is None else BEFORE.replace("TRACKED", before)).replace(
        "AFTER", "" if before is None else AFTER
    )
    script = script.replace("PLACE", str(place))
    try:
        done = subprocess.run(["unshare", "-n", BASH, "-c", script], check=False, capture_output=True, timeout=120)
    finally:
        shutil.rmtree(place)
    return set(done.stdout.decode().splitlines()), done.stderr.decode()


@pytest.mark.root
@pytest.mark.skipif(not all(map(shutil.which, ("unshare", "ip"))), reason="needs network namespaces")
@pytest.mark.parametrize("tool", ["nft", "iptables"])
def test_the_kernel_holds_the_ids_and_no_others(tmp_path: Path, tool: str) -> None:
    through, errors = reached(tmp_path, tool, LOOPBACK)
    everywhere = {
        "192.168.5.2/80",
        "192.168.5.2/15432",
        "192.168.5.3/53",
        "192.168.5.3/80",
        "fec0::2/80",
        "10.9.9.9/80",
    }
    expected = {f"{who} {place}" for who in (0, 231072) for place in everywhere}
    let_through = ("192.168.5.2/15432", "192.168.5.3/53", "10.9.9.9/80")
    expected |= {f"{who} {place}" for who in (1002, 165536, 231071) for place in let_through}
    assert through == expected | {"after 1002 192.168.5.2/80"}, errors


@pytest.mark.root
@pytest.mark.skipif(not all(map(shutil.which, ("unshare", "ip"))), reason="needs network namespaces")
@pytest.mark.parametrize("tool", ["nft", "iptables"])
def test_the_kernel_lets_everybody_get_to_the_proxy_alone(tmp_path: Path, tool: str) -> None:
    through, errors = reached(tmp_path, tool, GuestNetwork(Firewall.EGRESS, (("192.168.5.2", 15432),)))
    assert through == {
        *(f"{who} 192.168.5.2/15432" for who in (0, 1002, 165536, 231071, 231072)),
        "after 1002 192.168.5.2/80",
    }, errors


OPEN = list(itertools.product(["nft", "iptables"], [Firewall.LOOPBACK, Firewall.EGRESS], ["", TRACKED]))


@pytest.fixture(scope="module")
def what_goes_on(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, Firewall, str], Any]:
    """What gets through in each case, or that it is skipped: at once, since it is twelve seconds of waiting."""

    def one(case: tuple[str, Firewall, str], place: Path) -> tuple[set[str], str] | str:
        tool, firewall, tracked = case
        try:
            return reached(place, tool, GuestNetwork(firewall), tracked)
        except pytest.skip.Exception as skipped:
            return str(skipped)

    places = [tmp_path_factory.mktemp("open") for _ in OPEN]
    with ThreadPoolExecutor(len(OPEN)) as pool:
        return dict(zip(OPEN, pool.map(one, OPEN, places), strict=True))


@pytest.mark.root
@pytest.mark.skipif(not all(map(shutil.which, ("unshare", "ip"))), reason="needs network namespaces")
@pytest.mark.parametrize("tool", ["nft", "iptables"])
@pytest.mark.parametrize("firewall", [Firewall.LOOPBACK, Firewall.EGRESS])
@pytest.mark.parametrize("tracked", ["", TRACKED], ids=["untracked", "tracked"])
def test_what_is_open_when_the_rules_come(
    what_goes_on: dict[tuple[str, Firewall, str], Any], tool: str, firewall: Firewall, tracked: str
) -> None:
    if tracked and shutil.which("nft") is None:
        pytest.skip("there is no nft")
    found = what_goes_on[tool, firewall, tracked]
    if isinstance(found, str):
        pytest.skip(found)
    through, errors = found
    assert "session goes on" in through, f"the session that sets the rules ends with them: {errors}"
    assert "old connection goes on" not in through
