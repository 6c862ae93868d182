"""Words of Terraform, Vagrant, Lima and others, and what they are here: a table of commands, one of options."""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """What does here what a command of another program does: without a VM, and with `{}` for the VMs named."""

    alone: str
    named: str = ""
    note: str = ""


_WORK = "It first looks for work in the guest that would be lost."
_NO_STATE = "DVM keeps no state file: what there is, Lima shows, and a receipt is in each instance's directory."
_COPY = Word("dvm cp SRC VM:DST", note="One side is VM:PATH, the other a path of the host.")
_INTO = Word("dvm ssh VM -- COMMAND", "dvm ssh {} -- COMMAND")

FOREIGN_COMMANDS: dict[str, Word] = {
    # Terraform
    "destroy": Word("dvm apply --destroy", "dvm rm {}", _WORK),
    "taint": Word("dvm apply --replace VM", "dvm apply --replace {}", f"The plan is shown first. {_WORK}"),
    "untaint": Word("dvm plan", note="Only --replace VM replaces a VM, so there is nothing to take back."),
    "fmt": Word("dvm validate", note="DVM never rewrites the manifest; a TOML formatter may."),
    "output": Word("dvm ls --json", "dvm status {} --json"),
    "refresh": Word("dvm plan", "dvm plan {}", "Every plan reads Lima's current state."),
    "state": Word("dvm ls", note=_NO_STATE),
    "state list": Word("dvm ls", note=_NO_STATE),
    "state show": Word("dvm status VM", "dvm status {}", _NO_STATE),
    "state mv": Word("dvm mv OLD NEW", "dvm mv {}"),
    "state pull": Word("dvm plan --json", note=_NO_STATE),
    "state rm": Word("dvm ls", note=f"{_NO_STATE} `dvm rm VM` deletes a VM."),
    "init": Word("dvm new VM", "dvm new {}", "There is nothing to initialise: `dvm new` writes a first manifest."),
    "console": Word("dvm sh VM", "dvm sh {}"),
    "workspace": Word("dvm plan -f PATH", note="A workspace is a manifest of its own."),
    "force-unlock": Word(
        "dvm apply --lock-timeout 5m", note="A lock goes with the process that holds it; there is none to break."
    ),
    # Vagrant
    "up": Word("dvm apply", "dvm apply {}", "`dvm start VM` boots one that is stopped."),
    "halt": Word("dvm stop --all", "dvm stop {}"),
    "provision": Word("dvm apply --rerun-setup", "dvm apply {} --rerun-setup"),
    "reload": Word("dvm stop --all && dvm start --all", "dvm stop {} && dvm start {}"),
    "suspend": Word("dvm stop --all", "dvm stop {}", "Lima has no suspend: this shuts down."),
    "resume": Word("dvm start --all", "dvm start {}"),
    "snapshot": Word(
        "dvm backup VM", "dvm backup {}", "DVM takes no snapshots; this saves the code, and `dvm restore` puts it back."
    ),
    "global-status": Word("dvm ls"),
    "port": Word("dvm status VM", "dvm status {}"),
    "upload": _COPY,
    "rsync": _COPY,
    # Lima, Docker and the shell
    "shell": Word("dvm sh VM", "dvm sh {}"),
    "enter": Word("dvm sh VM", "dvm sh {}"),
    "login": Word("dvm sh VM", "dvm sh {}"),
    "exec": _INTO,
    "copy": _COPY,
    "scp": _COPY,
    "list": Word("dvm ls"),
    "ps": Word("dvm ls"),
    "inspect": Word("dvm status VM", "dvm status {}"),
    "info": Word("dvm doctor"),
    "delete": Word("dvm rm VM", "dvm rm {}", _WORK),
    "remove": Word("dvm rm VM", "dvm rm {}", _WORK),
    "down": Word("dvm stop --all", "dvm stop {}"),
    "restart": Word("dvm stop --all && dvm start --all", "dvm stop {} && dvm start {}"),
    "factory-reset": Word("dvm apply --replace VM", "dvm apply --replace {}", _WORK),
    "create": Word("dvm new VM", "dvm new {}", "`dvm new` declares a VM, `dvm apply` makes it."),
    "edit": Word("dvm plan", note="Edit the manifest; the plan shows what that changes."),
    "protect": Word("dvm plan", note="Set protect = true in the manifest; an apply then protects the VM."),
    "unprotect": Word("dvm plan", note="Set protect = false in the manifest."),
    "rename": Word("dvm mv OLD NEW", "dvm mv {}"),
    "clone": Word("dvm new VM", note="VMs that have the same base in the manifest are cloned from it."),
}


class Option(NamedTuple):
    """What an option of another program is here: `{}` is its value. Empty: it is left out, and `note` says why."""

    here: str = ""
    note: str = ""
    takes_value: bool = False


_NOT_ASKED = Option(note="DVM asks for no values.")
_VARIABLES = Option(note="A manifest has no variables; `env` of a VM goes to its setup scripts.", takes_value=True)
_LOCK = Option(note="An apply always holds the locks of its VMs; --lock-timeout says how long to wait for them.")
DRY_RUN = Option(note="`dvm plan` shows what an apply would do; with DVM_DRY_RUN=1 in front it prints call by call.")
TARGET = Option("{}", "VMs are named without an option.", takes_value=True)

FOREIGN_OPTIONS: dict[str, Option] = {
    "auto-approve": Option("--auto-approve"),
    "target": TARGET,
    "replace": Option("--replace {}", takes_value=True),
    "out": Option("--out {}", takes_value=True),
    "json": Option("--json"),
    "destroy": Option("--destroy"),
    "detailed-exitcode": Option("--detailed-exitcode"),
    "parallelism": Option("--parallelism {}", takes_value=True),
    "lock-timeout": Option("--lock-timeout {}", takes_value=True),
    "help": Option("--help"),
    "chdir": Option("-f {}/dvm.toml", "The manifest is named by -f PATH.", takes_value=True),
    "no-color": Option(note="NO_COLOR=1 in the environment turns colour off."),
    "compact-warnings": Option(note="There is one way to show warnings."),
    "input": _NOT_ASKED,
    "refresh": Option(note="Every plan reads Lima's current state."),
    "refresh-only": Option(note="Every plan reads Lima's current state."),
    "lock": _LOCK,
    "var": _VARIABLES,
    "var-file": _VARIABLES,
    "dry-run": DRY_RUN,
}
_OUT_OF_APPLY = "`dvm plan --out FILE` saves a plan, and `dvm apply FILE` carries it out."
# Long options of others that one command here has under another name, or has a reason not to have.
OF_ONE: dict[tuple[str, str], Option] = {
    ("apply", "yes"): Option("--auto-approve"),
    ("sync", "yes"): Option(note="`dvm sync` does not ask."),
    ("sync", "auto-approve"): Option(note="`dvm sync` does not ask."),
    ("plan", "o"): Option("--out {}", takes_value=True),
    ("apply", "out"): Option(note=_OUT_OF_APPLY, takes_value=True),
    ("apply", "force"): Option(note="No option makes an apply go on where a check or a guard blocks it."),
    ("rm", "force"): Option("--yes", "--discard-work destroys work in the guest, too."),
    ("rm", "auto-approve"): Option("--yes"),
}
