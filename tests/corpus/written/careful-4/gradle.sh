# expect: none
set -euo pipefail
v=8.8
curl -fLsS -o /var/tmp/gradle.zip https://services.gradle.org/distributions/gradle-$v-bin.zip
printf '%s  %s\n' 0e687aaa28b03552c11dca346c7c8914e62b3e2ada613a7288c28c9e7e9ddeb4 /var/tmp/gradle.zip | sha256sum -c --status || { echo 'gradle: wrong checksum' >&2; exit 1; }
sudo unzip -qo /var/tmp/gradle.zip -d /opt/gradle
sudo ln -sf /opt/gradle/gradle-$v/bin/gradle /usr/local/bin/gradle
mkdir -p ~/.gradle && echo 'org.gradle.daemon=false' > ~/.gradle/gradle.properties
