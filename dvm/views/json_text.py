"""JSON as text, for every document that DVM prints."""

from __future__ import annotations

import json


def render_json(document: object) -> str:
    r"""Return a document as text, ASCII only: what could drive a terminal is `\u001b`."""
    return json.dumps(document, indent=2) + "\n"
