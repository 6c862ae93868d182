# expect: DVM402
set -euo pipefail
cat > ~/.npmrc <<'EOF'
@example:registry=https://npm.example.org
//npm.example.org/:_authToken=npm_9sKx2Qv7LmTz4RbYc8HdNf1WpJg6UaEo3TiK
EOF
npm install -g @example/cli@3.2.1
