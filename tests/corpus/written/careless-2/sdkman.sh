# expect: DVM202
#!/usr/bin/env bash
set -e
curl -s "https://get.sdkman.io" | bash
source "$HOME/.sdkman/bin/sdkman-init.sh"
sdk install java 21.0.3-tem
sdk install gradle
