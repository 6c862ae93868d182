#!/usr/bin/env bash
# expect: none
# JDK 21 and Maven for the backend
set -euo pipefail

JDK_URL=https://github.com/adoptium/temurin21-binaries/releases/download/jdk-21.0.3%2B9/OpenJDK21U-jdk_x64_linux_hotspot_21.0.3_9.tar.gz
JDK_SUM=a81e02e119ce4422ad0d6692bf572e10760fa0e7fc8e6931e84d19cf07abc195
MVN=3.9.8
MVN_SUM=f4e4e56162f25373af07290aa4b010363e6a3b2a03d0517adaa3b7658aacf3ed26bf13269c033c6bdeee3749023add683e4500c928c9013f47f66d8306832ff4

work=$(mktemp -d)
cleanup() { rm -rf -- "$work"; }
trap cleanup EXIT INT TERM
cd "$work"

curl -fsSL "$JDK_URL" -o jdk.tar.gz
sha256sum -c <<< "$JDK_SUM  jdk.tar.gz"
sudo mkdir -p /opt/jdk-21
sudo tar xzf jdk.tar.gz --strip-components=1 -C /opt/jdk-21

curl -fsSL "https://archive.apache.org/dist/maven/maven-3/$MVN/binaries/apache-maven-$MVN-bin.tar.gz" -o mvn.tar.gz
sha512sum -c <<< "$MVN_SUM  mvn.tar.gz"
sudo tar xzf mvn.tar.gz -C /opt
sudo ln -sfn "/opt/apache-maven-$MVN" /opt/maven

sudo tee /etc/profile.d/java.sh > /dev/null <<'EOF'
export JAVA_HOME=/opt/jdk-21
export PATH="$JAVA_HOME/bin:/opt/maven/bin:$PATH"
EOF

mkdir -p ~/.m2
cat > ~/.m2/settings.xml <<'EOF'
<settings>
  <localRepository>${user.home}/.m2/repository</localRepository>
  <servers>
    <server>
      <id>internal</id>
      <username>${env.NEXUS_USER}</username>
      <password>${env.NEXUS_PASSWORD}</password>
    </server>
  </servers>
</settings>
EOF
