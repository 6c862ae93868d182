# expect: none
set -euo pipefail
ANDROID_HOME=$HOME/android-sdk
zip=commandlinetools-linux-11076708_latest.zip
mkdir -p "$ANDROID_HOME/cmdline-tools"
curl -fsSLo /tmp/$zip https://dl.google.com/android/repository/$zip
echo "2d2d50857e4eb553af5a6dc3ad507a17adf43d115264b1afc116f95c92e5e258 /tmp/$zip" | sha256sum -c
unzip -q /tmp/$zip -d "$ANDROID_HOME/cmdline-tools"
mv "$ANDROID_HOME/cmdline-tools/cmdline-tools" "$ANDROID_HOME/cmdline-tools/latest"
export PATH=$ANDROID_HOME/cmdline-tools/latest/bin:$PATH
yes | sdkmanager --licenses > /dev/null || true
sdkmanager "platforms;android-34" "build-tools;34.0.0"
