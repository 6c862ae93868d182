"""The walls of `dvm verify`: what is said of each for what was seen, and when it is promised."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from dvm.checks.walls.evidence import Evidence, GuestReport, Promise
from dvm.checks.walls.table import judge
from dvm.lima.listeners import AGENT, DRIVER, SSH, Listener
from dvm.model.check import CheckResult, Outcome, Weight
from dvm.model.choices import Isolation
from dvm.model.egress import EgressState, Network
from dvm.model.receipt import Allowance
from dvm.model.wall import WallCheck
from tests import factories

# What the guest answers where every wall holds.
GUEST: dict[tuple[str, str], tuple[str, ...]] = {
    ("mounts", "root"): ("ext4 /", "proc /proc", "iso9660 /mnt/lima-cidata"),
    ("file", "root"): (),
    ("file", "user"): (),
    ("forwarded", "root"): (),
    ("variables", "root"): (),
    **{("loopback", who): ("192.168.5.2 refused", "fec0::2 unreachable") for who in ("root", "user", "subordinate")},
    **{("outside", who): ("1.1.1.1 no answer", "::1 not permitted") for who in ("root", "user", "subordinate")},
    **{("names", who): () for who in ("root", "user", "subordinate")},
    ("sudo", "user"): (),
    ("groups", "user"): ("developer", "users"),
    ("engines", "user"): (),
    ("ports", "root"): ("22", "5432"),
    ("listener", "root"): ("23456",),
}
SSH_PORT = Listener(2222, "tcp", "127.0.0.1", DRIVER, 11)
LIMITED = Allowance(egress="none")
OPEN = Allowance()

Rows = list[tuple[str, str, str, bool | None]]


def evidence(
    allowed: Allowance = LIMITED,
    *listeners: Listener,
    sudo: bool = False,
    guest: dict[tuple[str, str], tuple[str, ...] | None] | None = None,
    instance: dict[str, Any] | None = None,
    **changes: Any,
) -> Evidence:
    """All that is seen of a VM whose walls hold, but for these; `guest`: None for a probe that was not carried out."""
    answers = {key: value for key, value in (GUEST | (guest or {})).items() if value is not None}
    facts: dict[str, Any] = {
        "instance": factories.instance(
            factories.desired(), **({"egress": EgressState(network=Network.SHUT)} | (instance or {}))
        ),
        "promise": Promise(allowed, sudo),
        "denied": (),
        "listeners": (SSH_PORT, *listeners),
        "token": "t0",
        "file": "/s/verify-t0",
        "guest": GuestReport(answers),
    }
    return Evidence(**(facts | changes))


def unseen(why: str = "not tried: DVM301 denies") -> Evidence:
    """What is seen of a VM into which nobody could go."""
    return replace(evidence(), guest=None, no_guest=why)


def rows(seen: Evidence, wall: str) -> Rows:
    return [(row.tried, row.seen, str(row.voucher), row.holds) for row in judge(seen) if row.wall == wall]


def row(seen: Evidence, wall: str, tried: str) -> tuple[str, str, bool | None]:
    """The one row of a wall in which something was tried: what was seen, who vouches, whether it holds."""
    (found,) = (each[1:] for each in rows(seen, wall) if each[0] == tried)
    return found


def promised(allowed: Allowance, *, sudo: bool = False) -> set[str]:
    """The walls of which every row is promised; in brackets: of which some rows are."""
    checks = judge(evidence(allowed, sudo=sudo))
    names = {check.wall for check in checks}
    said = {name: {check.promised for check in checks if check.wall == name} for name in names}
    return {name if said[name] == {True} else f"({name})" for name in names if True in said[name]}


def denial(code: str, detail: str = "", summary: str = "Title") -> CheckResult:
    return CheckResult(code, Weight.DENY, Outcome.FAIL, "vm.app", summary, detail)


def test_the_whole_table_where_every_wall_holds() -> None:
    nobody = "192.168.5.2 refused, fec0::2 unreachable"
    outside = "1.1.1.1 no answer, ::1 not permitted"
    configuration = "Lima's effective configuration"
    assert [(each.wall, each.tried, each.seen, str(each.voucher)) for each in judge(evidence())] == [
        ("host files", configuration, "opens nothing", "host"),
        ("host files", "/proc/mounts, as root", "3 mounts, all the guest's own", "guest"),
        ("host files", "a file that the host just made, as root", "not there", "guest"),
        ("host files", "a file that the host just made, as DVM_USER", "not there", "guest"),
        ("agent, display", configuration, "opens nothing", "host"),
        ("agent, display", "sockets of sshd's sessions", "none listens", "guest"),
        ("agent, display", "variables of an ssh session", "no agent, no display", "guest"),
        ("host ports", configuration, "opens nothing", "host"),
        ("host ports", "127.0.0.1:2222/tcp", "driver, process 11: the guest's ssh", "host"),
        (
            "undeclared ports",
            "2 ports that the guest listens on, 23456 opened for this test",
            "none is on this host but as declared",
            "host",
        ),
        ("host loopback", "a port of 127.0.0.1, as DVM_USER", nobody, "guest"),
        ("host loopback", "a port of 127.0.0.1, as a subordinate id", nobody, "guest"),
        ("host loopback", "a port of 127.0.0.1, as root", nobody, "guest"),
        ("egress", configuration, "opens nothing", "host"),
        ("egress", "QEMU's network, as the kernel shows its command line", "it is shut", "host"),
        ("egress", "TCP to public addresses, as DVM_USER", outside, "guest"),
        ("egress", "a name server, as DVM_USER", "no answer", "guest"),
        ("egress", "TCP to public addresses, as a subordinate id", outside, "guest"),
        ("egress", "a name server, as a subordinate id", "no answer", "guest"),
        ("egress", "TCP to public addresses, as root", outside, "guest"),
        ("egress", "a name server, as root", "no answer", "guest"),
        ("sudo", "sudo and doas, as DVM_USER", "refused", "guest"),
        ("sudo", "DVM_USER's groups", "developer, users", "guest"),
        ("container engine", "sockets of root's engines, as DVM_USER", "none that it may write to", "guest"),
        ("configuration", configuration, "no check denies it", "host"),
    ]
    assert {(each.holds, each.promised) for each in judge(evidence())} == {(True, True)}


def test_what_nobody_could_try_inside_has_no_answer() -> None:
    def guests(checks: tuple[WallCheck, ...]) -> list[tuple[str, str, str]]:
        return [(each.wall, each.tried, str(each.voucher)) for each in checks if each.voucher == "guest"]

    checks = judge(unseen())
    assert guests(checks) == guests(judge(evidence()))
    for each in checks:
        if each.voucher == "guest" or each.wall == "undeclared ports":
            assert (each.seen, each.holds) == ("not tried: DVM301 denies", None), each
        else:
            assert each.holds is True, each
    silent = replace(evidence(), guest=GuestReport())
    assert {(each.seen, each.holds) for each in judge(silent) if each.voucher == "guest"} == {
        ("the guest did not carry this out", None)
    }


@pytest.mark.parametrize(
    ("probe", "who", "wall", "found", "tried", "seen"),
    [
        ("mounts", "root", "host files", ("ext4 /", "9p /h"), "/proc/mounts, as root", "not the guest's own: 9p /h"),
        (
            "mounts", "root", "host files", ("iso9660 /mnt/other", "virtiofs /Users/me"),
            "/proc/mounts, as root", "not the guest's own: iso9660 /mnt/other, virtiofs /Users/me",
        ),
        (
            "file", "root", "host files", ("there",),
            "a file that the host just made, as root", "/s/verify-t0 is in the guest",
        ),
        (
            "file", "user", "host files", ("there",),
            "a file that the host just made, as DVM_USER", "/s/verify-t0 is in the guest",
        ),
        (
            "forwarded", "root", "agent, display", ("socket /tmp/a", "port 6010"),
            "sockets of sshd's sessions", "socket /tmp/a, port 6010",
        ),
        ("variables", "root", "agent, display", ("DISPLAY",), "variables of an ssh session", "DISPLAY"),
        ("sudo", "user", "sudo", ("sudo", "sudo -l"), "sudo and doas, as DVM_USER", "sudo, sudo -l"),
        ("groups", "user", "sudo", ("me wheel", "lxd"), "DVM_USER's groups", "as good as root: wheel, lxd"),
        (
            "engines", "user", "container engine", ("/run/docker.sock",),
            "sockets of root's engines, as DVM_USER", "/run/docker.sock",
        ),
        (
            "loopback", "user", "host loopback", ("192.168.5.2 refused", "fec0::2 open"),
            "a port of 127.0.0.1, as DVM_USER", "192.168.5.2 refused, fec0::2 open",
        ),
        (
            "outside", "root", "egress", ("1.1.1.1 open", "::1 no answer"),
            "TCP to public addresses, as root", "1.1.1.1 open, ::1 no answer",
        ),
        (
            "names", "subordinate", "egress", ("192.168.5.3 answered",),
            "a name server, as a subordinate id", "192.168.5.3 answered",
        ),
    ],
)  # fmt: skip
def test_what_the_guest_finds_open_is_a_wall_that_does_not_hold(
    probe: str, who: str, wall: str, found: tuple[str, ...], tried: str, seen: str
) -> None:
    there = evidence(guest={(probe, who): found})
    assert row(there, wall, tried) == (seen, "guest", False)
    assert [each.wall for each in judge(there) if not each.holds] == [wall]


@pytest.mark.parametrize(
    ("probe", "who", "wall", "tried"),
    [
        ("mounts", "root", "host files", "/proc/mounts, as root"),
        ("groups", "user", "sudo", "DVM_USER's groups"),
        ("loopback", "root", "host loopback", "a port of 127.0.0.1, as root"),
        ("outside", "user", "egress", "TCP to public addresses, as DVM_USER"),
    ],
)
def test_a_probe_that_must_find_something_and_did_not_was_not_carried_out(
    probe: str, who: str, wall: str, tried: str
) -> None:
    """A guest has mounts, a user has groups, and a connection ends somehow."""
    assert row(evidence(guest={(probe, who): ()}), wall, tried) == ("the guest did not carry this out", "guest", None)


@pytest.mark.parametrize("word", ["opened", "", "refused again"])
def test_a_connection_that_ended_in_an_unknown_word_is_not_said_to_be_shut(word: str) -> None:
    said = ("192.168.5.2 refused", f"fec0::2 {word}")
    there = evidence(guest={("loopback", "user"): said, ("outside", "root"): said})
    assert row(there, "host loopback", "a port of 127.0.0.1, as DVM_USER")[1:] == ("guest", None)
    assert row(there, "egress", "TCP to public addresses, as root")[1:] == ("guest", None)
    every = tuple(f"192.168.5.2 {word}" for word in ("refused", "unreachable", "not permitted", "no answer"))
    assert row(evidence(guest={("loopback", "user"): every}), "host loopback", "a port of 127.0.0.1, as DVM_USER")[2]
    # One that is open is open, whatever the other is.
    there = evidence(guest={("loopback", "user"): (*said, "10.0.0.1 open")})
    assert row(there, "host loopback", "a port of 127.0.0.1, as DVM_USER")[1:] == ("guest", False)


def test_a_long_list_is_cut() -> None:
    five = ("1 a", "2 b", "3 c", "4 d", "5 e")
    tried = "/proc/mounts, as root"
    assert row(evidence(guest={("mounts", "root"): five}), "host files", tried)[0].endswith(": 1 a, 2 b, 3 c, 4 d, 5 e")
    more = row(evidence(guest={("mounts", "root"): (*five, "6 f", "7 g")}), "host files", tried)
    assert more[0] == "not the guest's own: 1 a, 2 b, 3 c, 4 d, 5 e and 2 more"
    one = row(evidence(guest={("mounts", "root"): (*five, "6 f")}), "host files", tried)
    assert one[0].endswith("5 e and 1 more")


def test_a_connection_that_arrived_is_the_host_s_word_whatever_the_guest_says() -> None:
    for who, name in (("user", "DVM_USER"), ("subordinate", "a subordinate id"), ("root", "root")):
        there = evidence(arrived=frozenset({f"t0-{who}"}))
        tried = f"a port of 127.0.0.1, as {name}"
        assert row(there, "host loopback", tried) == ("the connection arrived", "host", False)
        assert len([each for each in judge(there) if not each.holds]) == 1
        # Also where the guest answered nothing.
        there = replace(there, guest=None, no_guest="gone")
        assert row(there, "host loopback", tried) == ("the connection arrived", "host", False)
    # Anybody can connect to a port of this host's: only what sent the token came from the guest.
    assert row(evidence(arrived=frozenset({"", "t1-user", "t0"})), "host loopback", "a port of 127.0.0.1, as root")[2]


def test_a_user_without_subordinate_ids_has_none_that_reach_anything() -> None:
    there = evidence(guest={("loopback", "subordinate"): ("none",), ("outside", "subordinate"): None})
    tried = "a port of 127.0.0.1, as a subordinate id"
    assert row(there, "host loopback", tried) == ("DVM_USER has no subordinate ids", "guest", True)
    assert [each for each in rows(there, "egress") if "subordinate" in each[0]] == []
    assert len(rows(there, "egress")) == len(rows(evidence(), "egress")) - 2
    # That is an answer for these ids alone.
    there = evidence(guest={("loopback", "root"): ("none",)})
    assert row(there, "host loopback", "a port of 127.0.0.1, as root") == ("none", "guest", None)
    assert len(rows(there, "egress")) == len(rows(evidence(), "egress"))


def test_open_egress_is_not_tried() -> None:
    assert rows(evidence(OPEN), "egress") == [("Lima's effective configuration", "opens nothing", "host", True)]


@pytest.mark.parametrize(
    ("state", "driver", "tried", "seen", "holds"),
    [
        (EgressState(network=Network.OPEN), "qemu", "QEMU's network, ", "it is open", False),
        (EgressState(network=Network.OTHER, listens=True), "qemu", "QEMU's network, ", "it is other", False),
        (EgressState(network=Network.NOT_SEEN), "qemu", "QEMU's network, ", "it is not seen", False),
        (None, "qemu", "QEMU's network, ", "it can't be seen", None),
        (
            EgressState(listens=True), "vz", "DVM's proxy on this host",
            "it listens, and asks for this VM's credential", True,
        ),
        (EgressState(network=Network.SHUT), "vz", "DVM's proxy on this host", "it does not listen", False),
        (None, "vz", "DVM's proxy on this host", "it does not listen", False),
    ],
)  # fmt: skip
def test_what_holds_the_egress_is_seen_on_the_host(
    state: EgressState | None, driver: str, tried: str, seen: str, holds: bool | None
) -> None:
    there = evidence(instance={"egress": state, "vm_type": driver})
    found = [each for each in rows(there, "egress") if each[0].startswith(tried)]
    assert [each[1:] for each in found] == [(seen, "host", holds)]


@pytest.mark.parametrize(
    ("code", "wall"),
    [
        ("DVM301", "host files"),
        ("DVM307", "host files"),
        ("DVM312", "host files"),
        ("DVM304", "agent, display"),
        ("DVM309", "agent, display"),
        ("DVM302", "host ports"),
        ("DVM303", "host ports"),
        ("DVM315", "egress"),
        ("DVM314", "configuration"),
        ("DVM999", "configuration"),
    ],
)
def test_what_a_check_denies_is_the_wall_that_it_is_about(code: str, wall: str) -> None:
    there = evidence(denied=[denial(code, "a is open"), denial(code, "b is open"), denial(code, "a is open")])
    assert [(each.wall, each.seen, str(each.voucher), each.holds) for each in judge(there) if not each.holds] == [
        (wall, f"{code}: a is open; {code}: b is open", "host", False)
    ]
    (bare,) = (each for each in judge(evidence(denied=[denial(code)])) if not each.holds)
    assert bare.seen == f"{code}: Title"


AUTO = Allowance(auto_ports=True, egress="none")
PORTS = Allowance(ports=("3000:80", "5173:5173"), egress="none")


@pytest.mark.parametrize(
    ("listener", "allowed", "tried", "seen", "holds"),
    [
        # The guest's ssh: QEMU's, or the host agent's where the VM runs in it; nobody else's, and on the loopback alone.
        (Listener(2222, "tcp", "127.0.0.1", AGENT, 7), LIMITED, "127.0.0.1:2222/tcp", "host agent, process 7: the guest's ssh", True),
        (Listener(2222, "tcp", "127.0.0.1", SSH, 7), LIMITED, "127.0.0.1:2222/tcp", "ssh, process 7: nobody declared it", False),
        (Listener(2222, "udp", "127.0.0.1", DRIVER, 7), LIMITED, "127.0.0.1:2222/udp", "driver, process 7: nobody declared it", False),
        (Listener(2222, "tcp", "0.0.0.0", DRIVER, 7), LIMITED, "0.0.0.0:2222/tcp", "driver, process 7: the guest's ssh, and other machines reach it", False),
        # A declared port is the host's number, on the loopback, and no business of the driver's.
        (Listener(3000, "tcp", "127.0.0.1", SSH, 8), PORTS, "127.0.0.1:3000/tcp", "ssh, process 8: declared port", True),
        (Listener(5173, "tcp", "::1", AGENT, 8), PORTS, "[::1]:5173/tcp", "host agent, process 8: declared port", True),
        (Listener(80, "tcp", "127.0.0.1", SSH, 8), PORTS, "127.0.0.1:80/tcp", "ssh, process 8: nobody declared it", False),
        (Listener(3000, "tcp", "127.0.0.1", DRIVER, 8), PORTS, "127.0.0.1:3000/tcp", "driver, process 8: nobody declared it", False),
        (Listener(3000, "udp", "127.0.0.1", SSH, 8), PORTS, "127.0.0.1:3000/udp", "ssh, process 8: nobody declared it", False),
        (Listener(3000, "tcp", "::", SSH, 8), PORTS, "[::]:3000/tcp", "ssh, process 8: declared port, and other machines reach it", False),
        # Lima's resolver is the host agent's, and no port on which the guest listens.
        (Listener(40001, "udp", "127.0.0.1", AGENT, 9), LIMITED, "127.0.0.1:40001/udp", "host agent, process 9: Lima's name resolver", True),
        (Listener(40001, "tcp", "127.0.0.1", AGENT, 9), LIMITED, "127.0.0.1:40001/tcp", "host agent, process 9: Lima's name resolver", True),
        (Listener(40001, "tcp", "10.0.0.1", AGENT, 9), LIMITED, "10.0.0.1:40001/tcp", "host agent, process 9: Lima's name resolver, and other machines reach it", False),
        (Listener(40001, "tcp", "127.0.0.1", SSH, 9), LIMITED, "127.0.0.1:40001/tcp", "ssh, process 9: nobody declared it", False),
        (Listener(5432, "tcp", "127.0.0.1", AGENT, 9), LIMITED, "127.0.0.1:5432/tcp", "host agent, process 9: nobody declared it", False),
        (Listener(23456, "tcp", "127.0.0.1", AGENT, 9), LIMITED, "127.0.0.1:23456/tcp", "host agent, process 9: nobody declared it", False),
        (Listener(5432, "udp", "127.0.0.1", AGENT, 9), LIMITED, "127.0.0.1:5432/udp", "host agent, process 9: Lima's name resolver", True),
        # auto_ports lets the host agent forward, on the loopback.
        (Listener(5432, "tcp", "127.0.0.1", AGENT, 9), AUTO, "127.0.0.1:5432/tcp", "host agent, process 9: forwarded by auto_ports", True),
        (Listener(5432, "tcp", "0.0.0.0", AGENT, 9), AUTO, "0.0.0.0:5432/tcp", "host agent, process 9: nobody declared it, and other machines reach it", False),
        (Listener(5432, "tcp", "127.0.0.1", DRIVER, 9), AUTO, "127.0.0.1:5432/tcp", "driver, process 9: nobody declared it", False),
    ],
)  # fmt: skip
def test_who_listens_for_what(listener: Listener, allowed: Allowance, tried: str, seen: str, holds: bool) -> None:
    there = evidence(allowed, listeners=(listener,))
    assert rows(there, "host ports")[1:] == [(tried, seen, "host", holds)]


def test_lima_has_one_name_resolver_of_each_kind() -> None:
    first, second = (Listener(port, "tcp", "127.0.0.1", AGENT, 9) for port in (40001, 40002))
    other = replace(second, kind="udp")
    there = evidence(LIMITED, first, other, second)
    assert [(each[0], each[3]) for each in rows(there, "host ports")[2:]] == [
        ("127.0.0.1:40001/tcp", True),
        ("127.0.0.1:40002/udp", True),
        ("127.0.0.1:40002/tcp", False),
    ]
    # With auto_ports the second one is a forward.
    assert [each[3] for each in rows(replace(there, promise=Promise(AUTO)), "host ports")] == [True] * 5
    # Also where nobody could ask the guest.
    there = replace(there, guest=None, listeners=(first,))
    assert rows(there, "host ports")[1:][0][3] is True


def test_sockets_that_can_t_be_read_hold_nothing() -> None:
    there = evidence(listeners=None)
    assert rows(there, "host ports")[1:] == [
        ("what the VM's processes listen on", "their sockets can't be read", "host", None)
    ]
    assert rows(there, "undeclared ports") == [
        ("ports that the guest listens on", "the VM's sockets on this host can't be read", "host", None)
    ]
    # Without the guest's answer it is that which is missing.
    there = evidence(guest={("ports", "root"): None}, listeners=None)
    assert rows(there, "undeclared ports") == [
        ("ports that the guest listens on", "the guest did not carry this out", "host", None)
    ]


def on(port: int, role: str = AGENT, kind: str = "tcp") -> Listener:
    return Listener(port, kind, "127.0.0.1", role, 9)


def test_a_port_of_the_guest_s_that_is_on_this_host_is_found() -> None:
    tried = "2 ports that the guest listens on, 23456 opened for this test"

    def seen(*listeners: Listener, allowed: Allowance = LIMITED) -> Rows:
        return rows(evidence(allowed, *listeners), "undeclared ports")

    assert seen(on(23456), on(5432), on(40001)) == [(tried, "undeclared and on this host: 5432, 23456", "host", False)]
    assert seen(on(5432, SSH), on(5432)) == [(tried, "undeclared and on this host: 5432", "host", False)]
    # What was declared is no breach, nor is a port on which nobody listens in the guest.
    declared = Allowance(ports=("5432:5432",), egress="none")
    assert seen(on(5432, SSH), on(40001), allowed=declared) == [
        (tried, "none is on this host but as declared", "host", True)
    ]
    # The own listener counts where the guest leaves it out of its list, as it is opened after that.
    there = evidence(LIMITED, on(23456), guest={("ports", "root"): ("22",)})
    assert rows(there, "undeclared ports") == [
        (
            "1 port that the guest listens on, 23456 opened for this test",
            "undeclared and on this host: 23456",
            "host",
            False,
        )
    ]


def test_without_a_listener_of_its_own_only_a_vm_without_an_agent_is_said_to_hold() -> None:
    missing = {("listener", "root"): None}
    here: dict[str, Any] = {"guest": missing}
    unknown = (
        "2 ports that the guest listens on",
        "no test listener could be opened in the guest (it needs python3)",
        "host",
        None,
    )
    assert rows(evidence(**here), "undeclared ports") == [
        ("2 ports that the guest listens on", "none is on this host but as declared", "host", True)
    ]
    assert rows(evidence(LIMITED, on(5432, SSH), **here), "undeclared ports")[0][1:] == (
        "undeclared and on this host: 5432",
        "host",
        False,
    )
    # What counts is how the VM runs: a manifest that was changed since is not in force yet.
    agent = factories.instance(factories.desired(isolation="standard"), egress=EgressState(network=Network.SHUT))
    for isolation in Isolation:
        promise = Allowance(isolation=isolation, egress="none")
        assert rows(replace(evidence(promise, **here), instance=agent), "undeclared ports") == [unknown]
        assert rows(evidence(promise, **here), "undeclared ports")[0][3] is True
    assert rows(evidence(instance={"posture": None}, **here), "undeclared ports") == [unknown]
    # With its own listener an agent that forwards nothing is seen to.
    assert rows(replace(evidence(), instance=agent), "undeclared ports")[0][3] is True


def test_what_is_promised_is_what_was_not_given_up() -> None:
    always = {"host files", "agent, display", "host ports", "configuration"}
    strict = always | {"undeclared ports", "host loopback", "egress", "sudo", "container engine"}
    assert promised(LIMITED) == strict
    # Root in a guest with open egress reaches the host's loopback, so nothing is promised of it.
    assert promised(OPEN) == strict - {"host loopback", "egress"} | {"(host loopback)"}
    assert promised(Allowance(auto_ports=True, egress="none")) == strict - {"undeclared ports"}
    assert promised(LIMITED, sudo=True) == strict - {"sudo", "container engine"}
    assert promised(OPEN, sudo=True) == always | {"undeclared ports"}
    given_up = Allowance(host_loopback=True, egress=("example.org",))
    assert promised(given_up) == strict - {"host loopback"} | {"(host loopback)"}
    open_rows = judge(evidence(OPEN))
    assert [each.promised for each in open_rows if each.wall == "host loopback"] == [True, True, False]


def test_a_manifest_promises_before_a_receipt_does() -> None:
    declared = factories.desired(sudo=True, ports=["3000:80"], egress="none")
    made = factories.instance(factories.desired(sudo=False))
    assert Promise.of(declared, made) == Promise(declared.allowed, sudo=True)
    assert Promise.of(declared, made).host_ports == {3000}


def test_of_a_vm_that_no_manifest_declares_its_receipt_promises() -> None:
    vm = factories.desired(sudo=True)
    allowed = Allowance(ports=("3000:80", "5173:5173"), host_loopback=True)
    there = factories.instance(vm, receipt=factories.receipt(vm, allowed=allowed))
    assert Promise.of(None, there) == Promise(allowed, sudo=True)
    assert Promise.of(None, there).host_ports == {3000, 5173}
    vm = factories.desired(sudo=False)
    assert Promise.of(None, factories.instance(vm)).sudo is False
    # What neither says is shut.
    vm = factories.desired(sudo=True)
    assert Promise.of(None, factories.instance(vm, receipt=factories.receipt(vm, allowed=None))).allowed == Allowance()
    assert Promise.of(None, factories.instance(vm, receipt=factories.receipt(vm, bootstrap=None))).sudo is False
    assert Promise.of(None, factories.instance(vm, receipt=None)) == Promise(Allowance(), sudo=False)


def test_a_report_counts_only_what_ended() -> None:
    lines = [
        "seen\tmounts\troot\text4 /",
        "seen\tmounts\troot\tproc /proc",
        "seen\tforwarded\troot\tport 6010",
        "end\tmounts\troot",
        "seen\tfile\troot\tthere",
        "seen\tsudo\tuser\tsudo",
        "seen\tsudo\tuser\tdoas",
        "end\tfile\troot",
        "end\tsudo\tuser",
        "end\tengines\tuser",
    ]
    assert GuestReport.of(lines).values == {
        ("mounts", "root"): ("ext4 /", "proc /proc"),
        ("file", "root"): ("there",),
        ("sudo", "user"): ("sudo", "doas"),
        ("engines", "user"): (),
    }
