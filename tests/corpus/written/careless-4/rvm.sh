# expect: DVM202
set -euo pipefail
gpg --keyserver hkp://keyserver.ubuntu.com --recv-keys 35E2885B4E3DBC74B46EAE32994F93C395FE00AB
\curl -sSL https://get.rvm.io | bash -s stable --ruby=3.3.3
source ~/.rvm/scripts/rvm
gem install bundler -v 2.5.14
