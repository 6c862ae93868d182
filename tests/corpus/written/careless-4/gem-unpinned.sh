# expect: DVM204
set -euo pipefail
sudo apt-get install -y ruby-full=1:3.2~ubuntu1
gem install --user-install rails bundler
