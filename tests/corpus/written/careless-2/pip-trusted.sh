# expect: DVM207
#!/usr/bin/env bash
set -euo pipefail
pip install --trusted-host pypi.example.org --trusted-host files.example.org requests==2.32.3
