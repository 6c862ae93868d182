#!/usr/bin/env bash
# expect: none
set -euo pipefail
export ANDROID_HOME=${ANDROID_HOME:-$HOME/Android/Sdk}
BUILD=11076708
ZIP=$HOME/.cache/cmdline-tools-$BUILD.zip
mkdir -p "$ANDROID_HOME/cmdline-tools" "${ZIP%/*}"
[ -s "$ZIP" ] || curl -fsSL "https://dl.google.com/android/repository/commandlinetools-linux-${BUILD}_latest.zip" -o "$ZIP"
echo "f60ed56a9c8275894022fe5a7a1625c33bdb55b729bb4e38962af4d1613eda25 $ZIP" | sha256sum -c
rm -rf "$ANDROID_HOME/cmdline-tools/latest"
unzip -q "$ZIP" -d "$ANDROID_HOME/cmdline-tools"
mv "$ANDROID_HOME/cmdline-tools/cmdline-tools" "$ANDROID_HOME/cmdline-tools/latest"
sdk="$ANDROID_HOME/cmdline-tools/latest/bin/sdkmanager"
set +o pipefail
yes | "$sdk" --licenses >/dev/null
set -o pipefail
"$sdk" 'platform-tools' 'platforms;android-34' 'build-tools;34.0.0'
