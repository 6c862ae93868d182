# expect: DVM202
set -euo pipefail
curl -s "https://get.sdkman.io" | bash
set +u
source "$HOME/.sdkman/bin/sdkman-init.sh"
sdk install java
sdk install maven
