# expect: DVM203
sudo dnf config-manager --add-repo https://example.org/tool.repo
