# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
url=https://github.com/adoptium/temurin21-binaries/releases/download/jdk-21.0.3%2B9/OpenJDK21U-jdk_x64_linux_hotspot_21.0.3_9.tar.gz
f=$(mktemp)
wget -qO "$f" "$url"
echo "52894b7b71248ba05459c548f57f73e3c702e890e19966115c5900b19a9b7c9e  $f" | shasum -a 256 -c -
mkdir -p /opt/jdk-21
tar -xzf "$f" -C /opt/jdk-21 --strip-components=1
rm -f "$f"
cat > /etc/profile.d/java.sh <<'EOF'
export JAVA_HOME=/opt/jdk-21
export PATH=$JAVA_HOME/bin:$PATH
EOF
