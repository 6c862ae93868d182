"""Work in and out of a VM: variables and files of scripts, git both ways, another name, a replacement that keeps the work."""

from __future__ import annotations

from tests.e2e.real_dvm import RealDvm
from tests.scenarios.test_git import COMMIT, Git

SETUP = 'setup = [{ script = "a.sh", env = { CHANNEL = "lts" }, files = ["files/blob", "files/npmrc"] }]\n'
VM = f'cpus = 1\nenv = {{ GREETING = "moin" }}\n{SETUP}'
LISTING = (
    "cd /home/developer/code && find . -type f | sort | xargs -d '\\n' sha256sum; find . -type l -printf '%p %l\\n'"
)


class RealGit(Git):
    """The host's git, which waits for a guest under emulation."""

    seconds = 300.0


def test_work_goes_in_comes_out_and_stays(real: RealDvm) -> None:
    variables_and_files(real)
    git_both_ways(real)
    another_name(real)
    kept_work(real)


def variables_and_files(real: RealDvm) -> None:
    blob = bytes(range(256)) * 4096
    real.write("files/npmrc", "fund=false\n")
    (real.config / "files" / "blob").write_bytes(blob)
    (real.config / "files" / "blob").chmod(0o600)
    real.script("a.sh", 'echo "$GREETING $CHANNEL $(sha256sum <"$DVM_FILES/blob")" | sudo tee -a /runs',
                'stat -c "%n %U %a" "$DVM_FILES"/* | sed "s,.*/,," | sudo tee -a /runs', 'sudo cp "$DVM_FILES/blob" /blob',
                'echo "$DVM_FILES" | sudo tee /where')  # fmt: skip
    real.vm(VM)
    with real.step("first apply: variables, and two files, one of them of all bytes"):
        real.converge()
        first, *files = real.root("cat /runs").splitlines()
        assert first.startswith("moin lts ")
        assert files == ["blob root 444", "npmrc root 444"]
        assert real.run_bytes("ssh", "app", "cat", "/blob").stdout == blob
        assert real.root("test -e $(cat /where) || echo gone") == "gone\n"
    with real.step("another value: the plan shows it, the script runs again"):
        real.vm(VM.replace("moin", "hello"))
        planned = real.run("plan", "--detailed-exitcode")
        assert (planned.code, "hello" in planned.out, "1 script to run" in planned.out) == (2, True, True), planned.out
        real.converge()
        assert real.root("tail -3 /runs").startswith("hello lts ")
    with real.step("another file: the plan says so, the script runs again"):
        real.write("files/npmrc", "fund=true\n")
        assert "$DVM_FILES/npmrc" in real.run("plan").out
        real.converge()
        assert real.root("wc -l </runs") == "9\n"


def git_both_ways(real: RealDvm) -> None:
    git = RealGit(real)
    commit = ("git", "-C", "project", *COMMIT)
    with real.step("git push into the guest: its checked-out branch follows"):
        git.run("init", "-q", "-b", "main", "project")
        (real.place / "project" / "a").write_text("hi\n")
        git.run("-C", "project", "add", "a")
        git.run("-C", "project", *COMMIT, "first")
        real.user("git init -q -b main project && git -C project config receive.denyCurrentBranch updateInstead")
        git.run("-C", "project", "push", "-q", "dvm://app/project", "main")
        assert real.user("cat project/a; git -C project status --short") == "hi\n"
    with real.step("git clone and git fetch from the guest"):
        assert real.run("ssh", "app", "--", *commit, "second").code == 0
        git.run("clone", "-q", "dvm://app/project", "clone")
        assert git.says("-C", "clone", "log", "--format=%s") == "second\nfirst"
    with real.step("dvm fetch: branches into refs/remotes/app, and nothing checked out"):
        assert real.run("ssh", "app", "--", *commit, "third").code == 0
        real.user("git -C project tag v1")
        git.run("-C", "project", "remote", "add", "app", "dvm://app/project")
        place, real.place = real.place, real.place / "project"
        try:
            fetched = real.run("fetch", "app")
        finally:
            real.place = place
        assert fetched.code == 0, fetched.out + fetched.err
        names = git.says("-C", "project", "for-each-ref", "--format=%(refname)").splitlines()
        assert names == ["refs/heads/main", "refs/remotes/app/main"]
        assert git.says("-C", "project", "log", "--format=%s", "app/main") == "third\nsecond\nfirst"
        assert git.says("-C", "project", "log", "--format=%s") == "first"
        assert git.says("-C", "project", "status", "--short") == ""


def another_name(real: RealDvm) -> None:
    with real.step("dvm mv of a running VM: work, receipt and manifest go along, no script runs"):
        real.manifest(
            f'# mine\n{real.small(VM.replace("moin", "hello"))}[vm.late]\ndepends_on = ["app"]\nrunning = false\n'
            + real.small("", "late").split("\n", 1)[1]
        )
        real.converge()
        moved = real.run("mv", "app", "web", timeout=900)
        assert moved.code == 0, moved.out + moved.err
        text = (real.config / "dvm.toml").read_text()
        for words in ("# mine\n", "[vm.web]", 'depends_on = ["web"]'):
            assert words in text
        assert real.settled()
        assert set(real.instances()) == {"dvm-web", "dvm-late"}
        assert real.user("pwd; cat project/a", "web") == "/home/developer/code/web\nhi\n"
        assert real.root("wc -l </runs", "web") == "9\n"


def kept_work(real: RealDvm) -> None:
    with real.step("--replace without a word about the work: refused, each piece named"):
        real.user("cd project && echo more >>a && touch new && ln -s /etc/passwd out && echo x >'../odd name'", "web")
        code, said = real.apply("--replace", "web")
        assert code == 1
        for text in ("/home/developer/code/web/project", "uncommitted", "--keep-work"):
            assert text in said, said
    with real.step("--replace --keep-work: another VM with the same files, links and history"):
        before, boot = real.user(LISTING, "web"), real.boot_id("web")
        assert before.count("\n") > 20
        real.converge("--replace", "web", "--keep-work")
        assert real.boot_id("web") != boot
        assert real.user(LISTING, "web") == before
        assert real.user("git -C project log --format=%s; git -C project status --short", "web") == (
            "third\nsecond\nfirst\n M a\n?? new\n?? out\n"
        )
        assert real.root("wc -l </runs", "web") == "3\n", "the new VM ran its script"
        assert [path.name for path in (real.state / "web").glob("work.tar*")] == []
