# expect: DVM202
set -eo pipefail
sudo apt-get install -y zip unzip curl
curl -s "https://get.sdkman.io?rcupdate=false" | bash
source "$HOME/.sdkman/bin/sdkman-init.sh"
sdk install java 21.0.3-tem
sdk install gradle 8.8
