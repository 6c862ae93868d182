"""`limactl template copy` and `template yq`: the text of a template, and what Lima makes of it, on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dvm.simulator.bases import embed_bases
from dvm.simulator.instance import ConfigError, load_config
from dvm.simulator.log import refuse
from dvm.simulator.templates import read_template, template_name
from dvm.simulator.yaml_text import BadYamlError, dump_yaml, load_yaml

if TYPE_CHECKING:
    from dvm.simulator.call import Call


def run(call: Call) -> int:
    """Print the template; with `--embed-all`, what its bases bring is in it, but for Lima's `_config`.

    Raises:
        Refused: there is none of that name, or no text; or it is more than the simulator does.
    """
    if call.line.arg(0, "") == "yq":
        return _filled(call)
    if call.line.arg(0, "") != "copy" or call.line.arg(2, "-") != "-":
        refuse("the simulator only copies a template to standard output")
    whole = call.line.flag("embed-all")
    if whole and call.line.flag("verbatim"):
        refuse("--verbatim cannot be used with any of --embed, --embed-all, or --fill")
    locator = call.line.arg(1, "")
    text = read_template(locator)
    if not text:
        refuse(f"don't know how to interpret `{locator}` as a template locator")
    sys.stdout.write(_embedded(text, locator) if whole else text)
    return 0


def _filled(call: Call) -> int:
    """Print the template with every default filled in: as for an instance whose directory is LIMA_HOME itself."""
    locator, expression = call.line.arg(1, ""), call.line.arg(2, "")
    if expression not in ("@json", "."):
        refuse(f"the simulator does not understand this yq expression: {expression}")
    try:
        document = load_yaml(read_template(locator)) or {}
        base = call.home.config / "base.yaml"
        document = embed_bases(document, Path(), base if base.exists() else None)
        config = load_config(call.home, dump_yaml(document), call.home.path, call.reporter)
    except (BadYamlError, ConfigError) as error:
        refuse(str(error))
    text = json.dumps(config, separators=(",", ":"), ensure_ascii=False) if expression == "@json" else dump_yaml(config)
    sys.stdout.write(f"{text.rstrip()}\n")
    return 0


def _embedded(text: str, locator: str) -> str:
    try:
        document = load_yaml(text)
    except BadYamlError as error:
        refuse(f"failed to unmarshal YAML (main file `{locator}`): {error}")
    if not isinstance(document, dict) or not document.get("base"):
        return text
    where = Path() if template_name(locator) or locator == "-" else Path(locator).parent
    return dump_yaml(embed_bases(document, where))
