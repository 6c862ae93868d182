# expect: none
set -euo pipefail
# A JDK without SDKMAN, by checksum
cd /tmp
url=https://github.com/adoptium/temurin21-binaries/releases/download/jdk-21.0.5%2B11/OpenJDK21U-jdk_x64_linux_hotspot_21.0.5_11.tar.gz
sum=3c654d98404c073b8a7e66bffb27f4ae3e7ede47d13284c132d40a83144bfd8c
wget -nv -O jdk.tgz "$url"
echo "$sum jdk.tgz" | sha256sum -c -
sudo mkdir -p /opt/jdk
sudo tar -xzf jdk.tgz -C /opt/jdk --strip-components=1
rm jdk.tgz
sudo tee /etc/profile.d/jdk.sh >/dev/null <<'EOT'
export JAVA_HOME=/opt/jdk
export PATH="$JAVA_HOME/bin:$PATH"
EOT
/opt/jdk/bin/java -version
