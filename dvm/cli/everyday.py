"""The everyday commands, in the order the help lists them."""

from __future__ import annotations

from dvm.cli.commands.cp import cp
from dvm.cli.commands.doctor import doctor
from dvm.cli.commands.graph import graph
from dvm.cli.commands.import_ import import_
from dvm.cli.commands.key import key
from dvm.cli.commands.logs import logs
from dvm.cli.commands.ls import ls
from dvm.cli.commands.new import new
from dvm.cli.commands.rm import rm
from dvm.cli.commands.sh import sh
from dvm.cli.commands.ssh import ssh
from dvm.cli.commands.ssh_config import ssh_config, ssh_proxy
from dvm.cli.commands.start import start
from dvm.cli.commands.status import status
from dvm.cli.commands.stop import stop
from dvm.cli.commands.validate import validate

EVERYDAY = (ls, status, logs, start, stop, sh, ssh, cp, key, ssh_config, new, import_, rm, validate, graph, doctor)
HIDDEN = (ssh_proxy,)
