"""What a guest sees of its host: nothing but what docs/security-model.md tells. Looked for from inside, also as root.

Two VMs side by side, a strict and a standard one, on a host with a marker in its environment and an agent's socket.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.e2e.real_dvm import RealDvm
from tests.e2e.sockets import READABLE, Listener, listeners
from tests.e2e.test_changes import answers

VMS = ("strict", "standard")
DECLARED = {"strict": 18501, "standard": 18502}
UNDECLARED = (29777, 29778, 29779)
OF_ANOTHER_MACHINE = {"9p", "virtiofs", "nfs", "nfs4", "cifs", "vboxsf", "prl_fs", "vmhgfs"}
HOST_ADDRESS = "192.168.5.2"


def manifest(real: RealDvm, *, auto_ports: bool) -> None:
    shared = "cpus = 1\n"
    real.manifest(
        real.small(f'{shared}ports = ["{DECLARED["strict"]}:9000"]\n', "strict")
        + real.small(
            f'{shared}ports = ["{DECLARED["standard"]}:9000"]\nisolation = "standard"\n'
            f"auto_ports = {str(auto_ports).lower()}\n",
            "standard",
        )
    )


@contextmanager
def agent_socket(real: RealDvm) -> Iterator[socket.socket]:
    """A socket as an SSH agent has it, to see whether anybody comes."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(real.place / "agent"))
        listening.listen()
        listening.setblocking(False)
        yield listening


@contextmanager
def web_server() -> Iterator[int]:
    """A server on the host's loopback; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"the host's loopback\n")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_guest_sees_nothing_of_its_host(real: RealDvm) -> None:
    if not READABLE:
        pytest.skip("the host's sockets are read from /proc, which only Linux has")
    marker = f"marker{secrets.token_hex(8)}"
    proxy = f"http://me:{marker}@proxy.example:1"
    (real.place / marker).write_text(marker)
    real.environment |= {
        "DVM_E2E_MARKER": marker, "LC_MARKER": marker, "SSH_AUTH_SOCK": str(real.place / "agent"), "DISPLAY": ":7",
        **{name: proxy for word in ("http_proxy", "https_proxy", "all_proxy") for name in (word, word.upper())},
    }  # fmt: skip
    with agent_socket(real) as agent:
        with real.step("first apply, strict and standard side by side"):
            manifest(real, auto_ports=False)
            real.converge()
        receipts = {name: real.receipt_path(name).read_bytes() for name in VMS}
        for name in VMS:
            no_file(real, name)
            no_variable(real, name, marker)
            no_agent(real, name)
            no_sudo(real, name)
            only_declared_ports(real, name)
            the_host_s_loopback(real, name)
        with real.step("the ports of another VM are not reached either"):
            assert fetch(real, "strict", DECLARED["standard"]) == ""
        with real.step("dvm verify finds every wall in place"):
            for name in VMS:
                verified = real.run("verify", name, timeout=300)
                assert verified.code == 0, verified.out
        with real.step("auto_ports: what the guest listens on is there, on loopback only"):
            manifest(real, auto_ports=True)
            real.converge()
            serve(real, "standard")
            found = of_vm(real, "standard")
            assert {(listener.kind, listener.port) for listener in found} >= {("tcp", port) for port in UNDECLARED}
            assert all(listener.on_loopback for listener in found), found
            assert all(answers(port) for port in (UNDECLARED[0], DECLARED["standard"]))
        with real.step("nobody came to the agent's socket"):
            with pytest.raises(BlockingIOError):
                agent.accept()
    with real.step("the receipts are the host's: not in the guest, and untouched"):
        for name in VMS:
            assert real.root("find / -xdev -name dvm.json", name) == ""
            assert real.receipt_path(name).stat().st_mode & 0o777 == 0o600
        assert real.receipt_path("strict").read_bytes() == receipts["strict"]


def no_file(real: RealDvm, name: str) -> None:
    with real.step(f"{name}: no file of the host's, for guest root either"):
        mounts = [line.split() for line in real.root("cat /proc/mounts", name).splitlines()]
        kinds = {mount[2] for mount in mounts}
        assert not kinds & OF_ANOTHER_MACHINE
        assert not {kind for kind in kinds if kind.startswith("fuse.")}
        assert {mount[1] for mount in mounts if mount[2] == "iso9660"} <= {"/mnt/lima-cidata"}
        disks = [line.split() for line in real.root("lsblk -dnro NAME,TYPE,RO", name).splitlines()]
        assert len([disk for disk in disks if disk[2] == "0" and disk[1] == "disk"]) == 1, disks
        for path in (os.environ["HOME"], str(real.place), str(real.lima_home)):
            assert real.root(f"test -e '{path}' || echo no", name) == "no\n"
        assert real.user("cat /mnt/lima-cidata/user-data >/dev/null 2>&1 || echo no", name) == "no\n"


def no_variable(real: RealDvm, name: str, marker: str) -> None:
    with real.step(f"{name}: no variable of the host's, in no process and no file"):
        pattern = f"[{marker[0]}]{marker[1:]}"
        environments = "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'"
        assert (
            real.root(f"{environments} | grep -iE '{pattern}|[_]proxy=|^SSH_AUTH_SOCK=|^DISPLAY=' || true", name) == ""
        )
        places = "/etc /home /root /run /tmp /var /mnt"
        assert real.root(f"grep -rslE --devices=skip '{pattern}' {places} || true", name) == ""
        files = "/etc/environment /etc/profile.d /mnt/lima-cidata/lima.env /mnt/lima-cidata/param.env"
        assert real.root(f"grep -rsiE '[_]proxy=' {files} /mnt/lima-cidata/etc_environment || true", name) == ""
        environment = dict(line.split("=", 1) for line in real.user("env", name).splitlines())
        assert marker not in str(environment)
        assert set(environment) <= {
            "HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "TERM", "PWD", "OLDPWD", "SHLVL", "_",
            "XDG_RUNTIME_DIR",
        }  # fmt: skip


def no_agent(real: RealDvm, name: str) -> None:
    with real.step(f"{name}: no agent and no display"):
        assert real.user('printf %s "${SSH_AUTH_SOCK:-no}${DISPLAY:-no}"', name) == "nono"
        sockets = real.root("find / -xdev -type s; find /run /tmp /dev/shm -type s", name).splitlines()
        mine = {path for path in sockets if "agent" in path and "lima-guestagent" not in path}
        assert mine == set()
        assert real.root("ls -A /tmp/.X11-unix 2>/dev/null || true", name) == ""


def no_sudo(real: RealDvm, name: str) -> None:
    with real.step(f"{name}: DVM_USER is nobody special"):
        assert real.user("sudo -n true 2>/dev/null || echo no", name) == "no\n"
        groups = set(real.user("id -nG", name).split())
        assert not groups & {"root", "sudo", "wheel", "admin", "docker", "disk", "adm"}
        assert real.user("cat /etc/shadow /root/.bashrc 2>/dev/null || echo no", name) == "no\n"


def serve(real: RealDvm, name: str) -> None:
    """Let the guest listen on the declared port and on others, on all addresses, loopback and IPv6."""
    server = "systemd-run -q python3 -m http.server -d /var/empty --bind"
    binds = zip(("0.0.0.0", "0.0.0.0", "127.0.0.1", "::"), (9000, *UNDECLARED), strict=True)
    commands = "; ".join(f"{server} {address} {port}" for address, port in binds)
    wait = "for i in $(seq 60); do [ $(ss -ltnH | grep -cE ':(9000|2977[789]) ') -ge 4 ] && break; sleep 1; done"
    real.root(f"mkdir -p /var/empty; {commands}; {wait}; sleep 10", name)


def of_vm(real: RealDvm, name: str) -> set[Listener]:
    return listeners(pid for pid, args in real.processes().items() if f"dvm-{name}" in args)


def only_declared_ports(real: RealDvm, name: str) -> None:
    with real.step(f"{name}: nothing but the declared port answers on the host, on 127.0.0.1 only"):
        serve(real, name)
        lima = dict(line.split("=", 1) for line in real.root("cat /mnt/lima-cidata/lima.env", name).splitlines())
        resolver = {(kind, int(lima[f"LIMA_CIDATA_{kind.upper()}_DNS_LOCAL_PORT"])) for kind in ("tcp", "udp")}
        ssh_port = real.instances()[f"dvm-{name}"]["sshLocalPort"]
        found = of_vm(real, name)
        assert {(listener.kind, listener.port) for listener in found} == {
            ("tcp", ssh_port), ("tcp", DECLARED[name]), *resolver,
        }  # fmt: skip
        assert all(listener.on_loopback for listener in found), found
        assert answers(DECLARED[name])
        assert not any(answers(port) for port in (*UNDECLARED, 9000))


def fetch(real: RealDvm, name: str, port: int) -> str:
    request = f'exec 3<>/dev/tcp/{HOST_ADDRESS}/{port} && printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3'
    done = real.run("ssh", name, "--", "timeout", "20", "bash", "-c", request, timeout=120)
    return done.out


def the_host_s_loopback(real: RealDvm, name: str) -> None:
    with real.step(f"{name}: the host's loopback is not reached at {HOST_ADDRESS}"), web_server() as port:
        assert fetch(real, name, port) == ""
