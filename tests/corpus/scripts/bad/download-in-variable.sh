# expect: DVM202
script=$(curl -fsSL https://example.org/i.sh)
echo "Running the installer"
bash -c "$script"
