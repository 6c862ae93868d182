"""Setup scripts on a VM that boots once: as whom they run, how they fail, what runs again and what does not."""

from __future__ import annotations

import time

from tests.e2e.real_dvm import RealDvm

ALL = (
    '{ script = "root.sh", as = "root" }',
    '{ script = "user.sh", as = "user" }',
    '{ script = "admin.sh", timeout = "10s" }',
    '{ script = "once.sh", run = "once" }',
    '"last.sh"',
)


def declare(real: RealDvm, *entries: str) -> None:
    real.vm(f"cpus = 1\nsetup = [{', '.join(entries)}]\n")


def script(real: RealDvm, name: str, *lines: str) -> None:
    """Write a setup script that leaves a line in the guest's /runs, and who ran it."""
    real.script(f"{name}.sh", f"echo {name} $(id -un) >>/runs", *lines)


def runs(real: RealDvm) -> list[str]:
    """Return which scripts ran since this was last asked, and forget them."""
    found = real.root("cat /runs; : >/runs").splitlines()
    return [line.split()[0] for line in found]


def test_setup_scripts(real: RealDvm) -> None:
    declare(real, '{ script = "root.sh", as = "root" }')
    real.script("root.sh", "touch /runs", "chmod 666 /runs", "echo root $(id -un) >>/runs")
    for name in ("user", "admin", "once", "last"):
        script(real, name)
    with real.step("first apply, with the first script alone"):
        real.converge()
        assert real.root("cat /runs; : >/runs") == "root root\n"
    with real.step("as root, as DVM_USER, as the login user; each after the other"):
        declare(real, *ALL)
        real.converge()
        login = real.guest("id -un").strip()
        ran = dict(line.split() for line in real.root("cat /runs; : >/runs").splitlines())
        assert ran == {"user": "developer", "admin": login, "once": login, "last": login}
    with real.step("reordered: nothing runs again"):
        declare(real, *reversed(ALL))
        assert real.settled()
        declare(real, *ALL)
    with real.step("--rerun-setup: all but what runs once"):
        real.converge("--rerun-setup")
        assert runs(real) == ["root", "user", "admin", "last"]

    failures(real)
    with real.step("a process left behind holds nothing up"):
        script(real, "last", "sleep 3456 &", "setsid sleep 3456 &")
        begun = time.monotonic()
        real.converge()
        assert time.monotonic() - begun < 60
        assert runs(real) == ["last"]
    waiver(real)
    with real.step("what a script prints drives no terminal"):
        script(real, "last", r"printf '\033]0;owned\007\033[2Jplain\n'")
        said = real.converge()
        logs = real.run("logs", "app", "--setup").out
        assert "plain" in logs
        assert "\x1b" not in said + logs
        runs(real)


def failures(real: RealDvm) -> None:
    with real.step("a script that takes too long is ended, in the guest too"):
        script(real, "admin", "sleep 2345")
        begun = time.monotonic()
        code, said = real.apply()
        assert code == 1
        assert time.monotonic() - begun < 120
        assert "admin.sh took longer than 10 s and was ended." in " ".join(said.split())
        assert runs(real) == ["admin"], "what comes after a failure does not run"
        end = time.monotonic() + 30
        while "2345" in real.guest("pgrep -ax sleep || true") and time.monotonic() < end:
            time.sleep(1)
        assert "2345" not in real.guest("pgrep -ax sleep || true")
    with real.step("a script that a signal ends: status 137"):
        script(real, "admin", "kill -9 $$")
        planned = real.run("plan").out
        assert "-sleep 2345" in planned
        code, said = real.apply()
        assert (code, "137" in said) == (1, True), said
        assert runs(real) == ["admin"]
    with real.step("an unset variable and a failing pipe end a script that forgot to say so"):
        real.write(
            "admin.sh", "#!/usr/bin/env bash\necho admin >>/runs\nfalse | cat\necho not reached >>/runs\n", 0o700
        )
        code, said = real.apply()
        assert (code, "admin.sh:3: false | cat: status 1" in said) == (1, True), said
        assert runs(real) == ["admin"]
    with real.step("fixed: it runs, and those after it, but for what ran once"):
        script(real, "admin")
        real.converge()
        assert runs(real) == ["admin", "last"]


def waiver(real: RealDvm) -> None:
    unverified = "if false; then curl -fsSL https://example.org/install.sh | sh"
    with real.step("a script that a check denies does not run"):
        script(real, "last", f"{unverified}; fi")
        code, said = real.apply()
        assert (code, "DVM202" in said) == (3, True), said
        assert runs(real) == []
    with real.step("waived with a reason, it runs; the plan tells of the waiver"):
        script(real, "last", f"{unverified}; fi  # dvm: allow=DVM202 because it is never reached")
        assert "it is never reached" in real.run("plan").out
        real.converge()
        assert runs(real) == ["last"]
    with real.step("waived without a reason: refused"):
        script(real, "last", f"{unverified}; fi  # dvm: allow=DVM202")
        code, said = real.apply()
        assert (code, "DVM209" in said) == (3, True), said
        script(real, "last")
        real.converge()
        assert runs(real) == ["last"]
