# expect: DVM207
#!/usr/bin/env bash
set -euo pipefail
pip install --trusted-host pypi.org --trusted-host files.pythonhosted.org requests==2.32.3
