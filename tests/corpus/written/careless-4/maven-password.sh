# expect: DVM402
set -euo pipefail
mkdir -p ~/.m2
cat > ~/.m2/settings.xml <<'EOF'
<settings>
  <servers>
    <server>
      <id>internal</id>
      <username>deploy</username>
      <password>Tr0ub4dor-and-3-horses</password>
    </server>
  </servers>
</settings>
EOF
