"""A template that is a file or an URL, as the bytes that go to `limactl create -`."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dvm.checks.files import template_source
from dvm.errors import DvmError, RefusedError
from dvm.model.evidence import MAX_FILE_BYTES

if TYPE_CHECKING:
    from dvm.lima.client import Lima
    from dvm.model.manifest import DesiredVM

_FETCH_SECONDS = 30


def template_bytes(vm: DesiredVM) -> bytes | None:
    """Return what goes in on standard input; None for Lima's own templates.

    A file's bytes are those that the checks saw. An URL's are fetched here and must have the pinned SHA-256.

    Raises:
        DvmError: the URL can't be fetched.
        RefusedError: the SHA-256 differs, or the template pulls in what no digest pins.
    """
    template = vm.config.template
    if template.startswith("template:"):
        return None
    if vm.template_file is not None:
        return vm.template_file.content
    content = _fetch(template)
    actual = hashlib.sha256(content).hexdigest()
    if actual != vm.config.template_sha256:
        raise RefusedError(
            f"The template at {template} is not the one that was pinned.",
            detail=f"Its SHA-256 is {actual}, the manifest says {vm.config.template_sha256}.",
            remedy="Read the new one, then change template_sha256.",
        )
    # A file was judged with the plan; what an URL brings is here for the first time.
    for problem, _ in template_source.problems_of(content):
        raise RefusedError(
            f"The template at {template} does not pass {template_source.CHECK.code}.",
            detail=problem,
            remedy=template_source.CHECK.remedy,
        )
    return content


def demand_template(vm: DesiredVM, lima: Lima) -> None:
    """See that the template is there to be had, before what it is to replace is destroyed.

    Raises:
        LimaError: Lima does not give it, or can't be asked. DvmError, RefusedError: as `template_bytes`.
    """
    template_bytes(vm)
    if vm.config.template.startswith("template:"):
        lima.template(vm.config.template).result()


def _fetch(url: str) -> bytes:
    from urllib import request
    from urllib.error import URLError

    # https alone: a redirect to another scheme finds no handler.
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPSHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
        request.HTTPDefaultErrorHandler,
    ):
        opener.add_handler(handler())
    try:
        with opener.open(url, timeout=_FETCH_SECONDS) as answer:
            content: bytes = answer.read(MAX_FILE_BYTES + 1)
    except (URLError, OSError, ValueError) as error:
        raise DvmError(
            f"The template at {url} can't be fetched: {error}.",
            remedy="Try again, or save it beside the manifest and name the file.",
        ) from error
    if len(content) > MAX_FILE_BYTES:
        raise DvmError(f"The template at {url} is larger than 1 MiB.", remedy="Save it beside the manifest, shortened.")
    return content
