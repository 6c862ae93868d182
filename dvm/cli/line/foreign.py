"""Words of Terraform, Vagrant, Lima and others, and what they are here: a table of commands, one of options."""

from __future__ import annotations

from typing import NamedTuple


class ForeignCommand(NamedTuple):
    """What does here what a command of another program does: without a VM, and with `{}` for the VMs named."""

    alone: str
    named: str = ""
    note: str = ""


_WORK = "This looks first for work in the guest that would be lost:"
_REPLACE = "This shows the plan first, and looks for work in the guest that would be lost:"
_NO_STATE = "DVM keeps no state file: what there is, Lima shows, and a receipt is in each instance's directory."
_SNAPSHOT = "DVM takes no snapshots; `dvm backup` saves the code, and `dvm restore` puts it back."
_COPY = ForeignCommand("dvm cp SRC VM:DST", note="One side is VM:PATH, the other a path of the host.")
_INTO = ForeignCommand("dvm ssh VM -- COMMAND", "dvm ssh {} -- COMMAND")

FOREIGN_COMMANDS: dict[str, ForeignCommand] = {
    # Terraform
    "destroy": ForeignCommand("dvm apply --destroy", "dvm rm {}", _WORK),
    "taint": ForeignCommand("dvm apply --replace VM", "dvm apply --replace {}", _REPLACE),
    "untaint": ForeignCommand("dvm plan", note="Only --replace VM replaces a VM, so there is nothing to take back."),
    "fmt": ForeignCommand("dvm validate", note="DVM never rewrites the manifest; a TOML formatter may."),
    "output": ForeignCommand("dvm ls --json", "dvm status {} --json"),
    "refresh": ForeignCommand("dvm plan", "dvm plan {}", "Every plan reads Lima's current state."),
    "state": ForeignCommand("dvm ls", note=_NO_STATE),
    "state list": ForeignCommand("dvm ls", note=_NO_STATE),
    "state show": ForeignCommand("dvm status VM", "dvm status {}", _NO_STATE),
    "state mv": ForeignCommand("dvm mv OLD NEW", "dvm mv {}"),
    "state pull": ForeignCommand("dvm plan --json", note=_NO_STATE),
    "state rm": ForeignCommand("dvm ls", note=f"{_NO_STATE} `dvm rm VM` deletes a VM."),
    "init": ForeignCommand(
        "dvm new VM", "dvm new {}", "There is nothing to initialise: `dvm new` writes a first manifest."
    ),
    "console": ForeignCommand("dvm sh VM", "dvm sh {}"),
    "workspace": ForeignCommand("dvm plan -f PATH", note="A workspace is a manifest of its own."),
    "force-unlock": ForeignCommand(
        "dvm apply --lock-timeout 5m", note="A lock goes with the process that holds it; there is none to break."
    ),
    # Vagrant
    "up": ForeignCommand(
        "dvm apply",
        "dvm apply {}",
        "This creates and changes VMs, as the manifest says; `dvm start VM` boots one that is stopped.",
    ),
    "halt": ForeignCommand("dvm stop --all", "dvm stop {}"),
    "provision": ForeignCommand("dvm apply --rerun-setup", "dvm apply {} --rerun-setup"),
    "reload": ForeignCommand("dvm stop --all && dvm start --all", "dvm stop {} && dvm start {}"),
    "suspend": ForeignCommand("dvm stop --all", "dvm stop {}", "Lima has no suspend: this shuts down."),
    "resume": ForeignCommand("dvm start --all", "dvm start {}"),
    "snapshot": ForeignCommand("dvm backup VM", "dvm backup {}", _SNAPSHOT),
    "snapshot save": ForeignCommand("dvm backup VM", "dvm backup {}", _SNAPSHOT),
    "snapshot create": ForeignCommand("dvm backup VM", "dvm backup {}", _SNAPSHOT),
    "snapshot restore": ForeignCommand("dvm restore FILE VM", note=_SNAPSHOT),
    "snapshot apply": ForeignCommand("dvm restore FILE VM", note=_SNAPSHOT),
    "snapshot list": ForeignCommand("dvm backup VM", note=_SNAPSHOT),
    "global-status": ForeignCommand("dvm ls"),
    "port": ForeignCommand("dvm status VM", "dvm status {}"),
    "upload": _COPY,
    "rsync": _COPY,
    # Lima, Docker and the shell
    "shell": ForeignCommand("dvm sh VM", "dvm sh {}"),
    "enter": ForeignCommand("dvm sh VM", "dvm sh {}"),
    "login": ForeignCommand("dvm sh VM", "dvm sh {}"),
    "exec": _INTO,
    "copy": _COPY,
    "scp": _COPY,
    "list": ForeignCommand("dvm ls"),
    "ps": ForeignCommand("dvm ls"),
    "inspect": ForeignCommand("dvm status VM", "dvm status {}"),
    "info": ForeignCommand("dvm doctor"),
    "delete": ForeignCommand("dvm rm VM", "dvm rm {}", _WORK),
    "remove": ForeignCommand("dvm rm VM", "dvm rm {}", _WORK),
    "down": ForeignCommand("dvm stop --all", "dvm stop {}"),
    "restart": ForeignCommand("dvm stop --all && dvm start --all", "dvm stop {} && dvm start {}"),
    "factory-reset": ForeignCommand("dvm apply --replace VM", "dvm apply --replace {}", _REPLACE),
    "create": ForeignCommand("dvm new VM", "dvm new {}", "`dvm new` declares a VM, `dvm apply` makes it."),
    "edit": ForeignCommand("dvm plan", note="Edit the manifest; the plan shows what that changes."),
    "protect": ForeignCommand("dvm plan", note="Set protect = true in the manifest; an apply then protects the VM."),
    "unprotect": ForeignCommand("dvm plan", note="Set protect = false in the manifest."),
    "rename": ForeignCommand("dvm mv OLD NEW", "dvm mv {}"),
    "clone": ForeignCommand("dvm new VM", note="VMs that have the same base in the manifest are cloned from it."),
}


class ForeignOption(NamedTuple):
    """What an option of another program is here: `{}` is its value. Empty: it is left out, and `note` says why."""

    here: str = ""
    note: str = ""
    takes_value: bool = False


_NOT_ASKED = ForeignOption(note="DVM asks for no values.")
_VARIABLES = ForeignOption(
    note="A manifest has no variables; `env` of a VM goes to its setup scripts.", takes_value=True
)
_LOCK = ForeignOption(note="An apply always holds the locks of its VMs; --lock-timeout says how long to wait for them.")
DRY_RUN = ForeignOption(
    note="`dvm plan` shows what an apply would do; with DVM_DRY_RUN=1 in front it prints call by call."
)
TARGET = ForeignOption("{}", "VMs are named without an option.", takes_value=True)

FOREIGN_OPTIONS: dict[str, ForeignOption] = {
    "auto-approve": ForeignOption("--auto-approve"),
    "target": TARGET,
    "replace": ForeignOption("--replace {}", takes_value=True),
    "out": ForeignOption("--out {}", takes_value=True),
    "json": ForeignOption("--json"),
    "destroy": ForeignOption("--destroy"),
    "detailed-exitcode": ForeignOption("--detailed-exitcode"),
    "parallelism": ForeignOption("--parallelism {}", takes_value=True),
    "lock-timeout": ForeignOption("--lock-timeout {}", takes_value=True),
    "help": ForeignOption("--help"),
    "chdir": ForeignOption("-f {}/dvm.toml", "The manifest is named by -f PATH.", takes_value=True),
    "no-color": ForeignOption(note="NO_COLOR=1 in the environment turns colour off."),
    "compact-warnings": ForeignOption(note="There is one way to show warnings."),
    "input": _NOT_ASKED,
    "refresh": ForeignOption(note="Every plan reads Lima's current state."),
    "refresh-only": ForeignOption(note="Every plan reads Lima's current state."),
    "lock": _LOCK,
    "var": _VARIABLES,
    "var-file": _VARIABLES,
    "dry-run": DRY_RUN,
}
_OUT_OF_APPLY = "`dvm plan --out FILE` saves a plan, and `dvm apply FILE` carries it out."
# Long options of others that one command here has under another name, or has a reason not to have.
OF_ONE: dict[tuple[str, str], ForeignOption] = {
    ("apply", "yes"): ForeignOption("--auto-approve"),
    ("sync", "yes"): ForeignOption(note="`dvm sync` does not ask."),
    ("sync", "auto-approve"): ForeignOption(note="`dvm sync` does not ask."),
    ("plan", "o"): ForeignOption("--out {}", takes_value=True),
    ("apply", "out"): ForeignOption(note=_OUT_OF_APPLY, takes_value=True),
    ("apply", "force"): ForeignOption(note="No option makes an apply go on where a check or a guard blocks it."),
    ("rm", "force"): ForeignOption("--yes", "--discard-work destroys work in the guest, too."),
    ("rm", "auto-approve"): ForeignOption("--yes"),
}
