"""One instance as the files in its directory describe it, with Lima's words for what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dvm.simulator.effective import merge
from dvm.simulator.fields import WrongTypeError, conform
from dvm.simulator.gotemplate import BadTemplateError, expand_message
from dvm.simulator.log import refuse, tick
from dvm.simulator.sizes import parse_size
from dvm.simulator.state import HOST_AGENT_FILE, State
from dvm.simulator.strangers import named_by
from dvm.simulator.validation import problems, unused_param, vm_type_problem
from dvm.simulator.yaml_text import BadYamlError, load_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from dvm.simulator.home import Home
    from dvm.simulator.log import Reporter

LIMA_YAML = "lima.yaml"
_TYPO = "Non-strict YAML detected; please check for typos"


class NoInstanceError(Exception):
    """There is no lima.yaml; the message is the system's, as Lima passes it on."""


class ConfigError(Exception):
    """The configuration cannot be had; the message is Lima's."""


class Instance:
    """An instance, inspected. `config` is the effective configuration, None where it cannot be had."""

    def __init__(self, home: Home, name: str, reporter: Reporter) -> None:
        self.home, self.name, self.dir = home, name, home.directory(name)
        self.errors: list[str] = []
        self.config: dict[str, Any] | None = None
        self.status = self.message = ""
        self.text = read_lima_yaml(self.dir)
        self.state = State(self.dir)
        self.protected = (self.dir / "protected").exists()
        self.lima_version = _first_line(self.dir / "lima-version")
        self.ssh_port = _ssh_port(self.dir / "ssh.config")
        try:
            config = load_config(home, self.text, self.dir, reporter)
            complaint = vm_type_problem(config) or "\n".join(problems(config))
        except ConfigError as error:
            complaint, config = str(error), {}
        if complaint:
            self.errors.append(complaint)
            return
        self.config = config
        self.ssh_port = self.ssh_port or config["ssh"]["localPort"]
        self.status = self._status()
        self._expand_message()

    @property
    def vm_type(self) -> str:
        """The vm type, or nothing where the configuration cannot be had."""
        return self.config["vmType"] if self.config else ""

    def _status(self) -> str:
        agent = self.state.host_agent or named_by(self.dir / HOST_AGENT_FILE)
        driver = self.state.driver or named_by(self.dir / f"{self.vm_type}.pid")
        if agent != self.state.host_agent:
            # A process lives that has the number; it does not answer on the host agent's socket.
            self.errors.append(f"failed to connect to {tick(self.dir / 'ha.sock')}")
            return "Broken"
        if self.state.status:
            return self.state.status
        if agent and driver:
            return "Running"
        if not agent and not driver:
            return "Stopped"
        if agent:
            self.errors.append("host agent is running but driver is not")
        else:
            self.errors.append(f"{self.vm_type} driver is running but host agent is not")
        return "Broken"

    def _expand_message(self) -> None:
        text = (self.config or {}).get("message", "")
        data: dict[str, Any] = {
            "Name": self.name,
            "Hostname": f"lima-{self.name}",
            "Dir": str(self.dir),
            "Status": self.status,
        }
        data |= {
            "VMType": self.vm_type,
            "SSHLocalPort": self.ssh_port,
            "Param": (self.config or {}).get("param", {}),
        }
        try:
            self.message = expand_message(text, data)
        except BadTemplateError as error:
            self.errors.append(str(error))
            self.status = "Broken"

    def line(self) -> dict[str, Any]:
        """Return the object that `list --json` prints, keys in Lima's order, empty ones left out as Lima
        does.
        """
        config = self.config
        line: dict[str, Any] = {
            "name": self.name,
            "hostname": f"lima-{self.name}",
            "status": self.status,
            "dir": str(self.dir),
            "vmType": self.vm_type,
            "arch": config["arch"] if config else "",
        }
        if config:
            line |= {
                "cpus": config["cpus"],
                "memory": parse_size(config["memory"]),
                "disk": parse_size(config["disk"]),
            }
            line |= {"message": self.message.removesuffix("\n"), "network": config.get("networks", [])}
            line |= {"sshLocalPort": self.ssh_port, "sshConfigFile": str(self.dir / "ssh.config")}
            line |= {"hostAgentPID": self.state.host_agent, "driverPID": self.state.driver}
        line = {key: value for key, value in line.items() if value or key in {"status", "vmType", "arch"}}
        if self.errors:
            line["errors"] = []
        if config:
            line |= {"config": config, "sshAddress": "127.0.0.1"}
        line |= {"protected": self.protected, "limaVersion": self.lima_version}
        return line | ({"param": config["param"]} if config and config.get("param") else {})


def read_lima_yaml(directory: Path) -> str:
    """Return the text of the instance's lima.yaml.

    Raises:
        NoInstanceError: there is none.
    """
    file = directory / LIMA_YAML
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NoInstanceError(f"open {file}: no such file or directory") from error


def load_config(home: Home, text: str, directory: Path, reporter: Reporter) -> dict[str, Any]:
    """Return the effective configuration that the text of a lima.yaml would have in that directory.

    Raises:
        ConfigError: the text, or a file in `_config`, is no YAML or has a value of the wrong type, or a `param` that
            nothing in the text uses.
    """
    own = _parse(text, f"main file {tick(directory / LIMA_YAML)}", reporter)
    default = _parse_file(home.config / "default.yaml", "default", reporter)
    override = _parse_file(home.config / "override.yaml", "override", reporter)
    # Lima asks this of the file alone, not of what `_config` adds.
    if unused := unused_param(own):
        raise ConfigError(unused)
    return merge(own, default, override, directory, home.path)


def _parse_file(file: Path, name: str, reporter: Reporter) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return _parse(text, f"{name} file {tick(file)}", reporter)


def _parse(text: str, comment: str, reporter: Reporter) -> dict[str, Any]:
    unknown: list[str] = []
    try:
        document = conform(load_yaml(text), unknown)
    except (BadYamlError, WrongTypeError) as error:
        raise ConfigError(f"failed to unmarshal YAML ({comment}): {error}") from error
    for field in unknown[:1]:  # Lima stops at the first
        reporter.warning(_TYPO, comment=comment, error=f'unknown field "{field}"')
    return document


def inspect(home: Home, name: str, reporter: Reporter) -> Instance | None:
    """Return the instance, or None where there is none (a directory without lima.yaml is none either)."""
    try:
        return Instance(home, name, reporter)
    except NoInstanceError:
        return None


def inspect_or_refuse(home: Home, name: str, reporter: Reporter) -> Instance:
    """Return the instance.

    Raises:
        Refused: with the system's message, as Lima's `stop` has it.
    """
    try:
        return Instance(home, name, reporter)
    except NoInstanceError as error:
        refuse(str(error))


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _ssh_port(file: Path) -> int:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.strip().startswith("Port ")), 0)
