# expect: DVM203
set -euo pipefail
URL=https://github.com/adoptium/temurin21-binaries/releases/download/jdk-21.0.3%2B9/OpenJDK21U-jdk_x64_linux_hotspot_21.0.3_9.tar.gz
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
curl -fsSL "$URL" -o "$work/jdk.tar.gz"
sudo mkdir -p /opt/jdk-21
sudo tar xzf "$work/jdk.tar.gz" --strip-components=1 -C /opt/jdk-21
echo 'export JAVA_HOME=/opt/jdk-21 PATH=/opt/jdk-21/bin:$PATH' | sudo tee /etc/profile.d/java.sh
