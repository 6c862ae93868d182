# expect: nothing
sudo -iu developer bash -euo pipefail <<'EOF'
mkdir -p ~/.local/bin
git config --global init.defaultBranch main
EOF
