# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
python3 -m venv /opt/tools
cat > /opt/tools/requirements.txt <<'EOF'
ruff==0.5.2 --hash=sha256:281eae41e4219cd15ba35a1125b37e75dd7f51a3b1639396ab0189ba23df7a3e
httpie==3.2.3 --hash=sha256:b98219a8ea2defe23e2a0c2e2cb1b1031600b6fe7300386084a22492f5e95c44
EOF
/opt/tools/bin/pip install --require-hashes -r /opt/tools/requirements.txt
ln -sf /opt/tools/bin/{ruff,http,https} /usr/local/bin/
