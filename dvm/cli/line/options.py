"""Options that several commands share, each with its one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dvm.cli.line.completion import vm_names

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[VM]...",
        help="VMs by name; all of the manifest when none is given.",
        show_default=False,
        autocompletion=vm_names,
    ),
]
VM = Annotated[str, typer.Argument(metavar="VM", help="Name of the VM.", show_default=False, autocompletion=vm_names)]
SomeVMs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[VM]...", help="VMs by name.", show_default=False, autocompletion=vm_names),
]
ManifestPath = Annotated[
    Path | None,
    typer.Option(
        "--manifest",
        "-f",
        metavar="PATH",
        help="The manifest; else $DVM_MANIFEST, else dvm.toml in $DVM_CONFIG_DIR (~/.config/dvm).",
        show_default=False,
    ),
]
HandedOver = Annotated[
    list[str] | None,
    typer.Option(
        "--env",
        metavar="NAME",
        help="Hand this variable of the host to the command. May be given again.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Replace = Annotated[
    list[str] | None,
    typer.Option(
        "--replace",
        metavar="VM",
        help="Replace this VM: destroy it, then create it. May be given again.",
        show_default=False,
    ),
]
RebuildBase = Annotated[
    list[str] | None,
    typer.Option(
        "--rebuild-base",
        metavar="BASE",
        help="Build this base anew, with the packages of today. May be given again.",
        show_default=False,
    ),
]
RerunSetup = Annotated[
    bool, typer.Option("--rerun-setup", help='Run setup scripts again that ended well, but for run = "once".')
]
Prune = Annotated[
    bool, typer.Option("--prune", help="Destroy orphans: VMs that left the manifest, and bases nobody needs.")
]
Destroy = Annotated[bool, typer.Option("--destroy", help="Destroy the VMs instead of converging them.")]
DiscardWork = Annotated[
    bool,
    typer.Option("--discard-work", help="Destroy or replace even where work in the guest would be lost."),
]
KeepWork = Annotated[
    bool,
    typer.Option(
        "--keep-work",
        help="With --replace: archive the code directories first, and put them into the new VM after setup.",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Let a warning of a check stop apply, too.")]
AutoApprove = Annotated[bool, typer.Option("--auto-approve", "-y", help="Do not ask before applying.")]
Stream = Annotated[bool, typer.Option("--stream", help="Show each setup script's output as it comes.")]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", help="Show every attribute, also those that are as they were, by default, or inherited."),
]
Parallelism = Annotated[
    int | None,
    typer.Option("--parallelism", min=1, max=64, metavar="N", help="How many VMs side by side.", show_default=False),
]
LockTimeout = Annotated[
    str, typer.Option("--lock-timeout", metavar="DURATION", help="How long to wait for another apply.")
]
