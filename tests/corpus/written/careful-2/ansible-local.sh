# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
python3 -m venv ~/.venvs/ansible
# shellcheck disable=SC1091
source ~/.venvs/ansible/bin/activate
pip install --upgrade pip==24.1.2
pip install ansible-core==2.17.1
ansible-galaxy collection install community.general:9.1.0
ansible-playbook -i localhost, -c local /mnt/playbooks/site.yml
