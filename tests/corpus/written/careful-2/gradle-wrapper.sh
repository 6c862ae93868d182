# expect: nothing
#!/usr/bin/env bash
set -euo pipefail
GRADLE=8.8
curl -fsSLo /tmp/gradle.zip "https://services.gradle.org/distributions/gradle-${GRADLE}-bin.zip"
echo "3ec0ac83e787b894a66aedb8f5d0d7fb7b59aa15da9c501388f8313fc4152054 /tmp/gradle.zip" | sha256sum --check -
unzip -qo /tmp/gradle.zip -d /opt
ln -sfn "/opt/gradle-$GRADLE" /opt/gradle
mkdir -p ~/.gradle
printf 'org.gradle.daemon=true\norg.gradle.parallel=true\n' > ~/.gradle/gradle.properties
