"""How the manifest names a template: one of Lima's, a file, or an https URL."""

from __future__ import annotations

import re

DEFAULT_TEMPLATE = "template:fedora"
_TEMPLATE_NAME = re.compile(r"template:(?://)?[A-Za-z0-9_][A-Za-z0-9._/-]*")
_TEMPLATE_PATH = ("/", "./", "../", "~/")


def parse_template(value: str) -> str:
    """Return a template as Lima names it.

    Raises:
        ValueError: it is none; the message has no value that might be a secret.
    """
    if value.startswith("template:"):
        if _TEMPLATE_NAME.fullmatch(value) is None:
            raise ValueError('a Lima template is named as in "template:fedora"')
        return "template:" + value.removeprefix("template:").removeprefix("//")
    if value.startswith("github:"):
        raise ValueError(
            "a github: template changes whenever its repository does: "
            "name its file by an https URL with template_sha256, or save it beside the manifest"
        )
    if value.startswith("http://"):
        raise ValueError("a template is fetched over https only")
    if value.startswith("https://") or is_template_path(value):
        return value
    # Only what looks like a distribution's name is repeated: a secret that ended up here must not be.
    example = value if re.fullmatch(r"[a-z][a-z0-9.-]{0,24}", value) else "fedora"
    raise ValueError(f'a template is "template:NAME", a path or an https URL, as in "template:{example}"')


def is_template_path(template: str) -> bool:
    """Return whether a template is a file of the host's."""
    return template.startswith(_TEMPLATE_PATH) or (
        template.endswith((".yaml", ".yml")) and not template.startswith(("template:", "https:"))
    )
