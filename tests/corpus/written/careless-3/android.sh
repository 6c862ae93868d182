# expect: DVM203,DVM202
set -euo pipefail
mkdir -p ~/android/cmdline-tools && cd ~/android/cmdline-tools
wget -q https://dl.google.com/android/repository/commandlinetools-linux-11076708_latest.zip
unzip -q commandlinetools-linux-*_latest.zip && rm *.zip
mv cmdline-tools latest
yes | latest/bin/sdkmanager --licenses
latest/bin/sdkmanager platform-tools
