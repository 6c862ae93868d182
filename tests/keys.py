"""A value for each key of a VM, for the tests that go through all of them."""

from __future__ import annotations

from typing import Any

WRITTEN: dict[str, Any] = {
    "base": "node",
    "template": "https://example.org/a.yaml",
    "template_sha256": "ab" * 32,
    "arch": "aarch64",
    "vm_type": "vz",
    "cpus": 3,
    "memory": "3GiB",
    "disk": "1.5GiB",
    "user": "dev",
    "sudo": True,
    "subuid_count": 0,
    "subgid_count": 1,
    "ports": ["3000:80", "5173"],
    "auto_ports": True,
    "isolation": "standard",
    "egress": ["a.example", "*.b.example:8443"],
    "setup_egress": ["c.example"],
    "host_loopback": True,
    "reach": ["db:5432"],
    "env": {"A": "b", "C": ""},
    "setup": [
        "a.sh",
        {
            "script": "b.sh",
            "run": "once",
            "as": "user",
            "sha256": "cd" * 32,
            "env": {"D": "e"},
            "files": ["f"],
            "timeout": "15m",
        },
    ],
    "running": False,
    "protect": True,
    "depends_on": ["db"],
    "proxy_env": True,
}
"""Another value than the default, as a manifest writes it."""
