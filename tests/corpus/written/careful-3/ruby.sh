# expect: none
set -euo pipefail
sudo apt-get update -qq
sudo apt-get install -y build-essential=12.9 libssl-dev=3.0.14-1~deb12u2 libyaml-dev=0.2.5-1
git clone -q https://github.com/rbenv/rbenv.git ~/.rbenv
git clone -q https://github.com/rbenv/ruby-build.git ~/.rbenv/plugins/ruby-build
(cd ~/.rbenv && git checkout -q c3ba994ec2daf0d4c4b8ba8ad4b2e1b5b1b6e3d8)
(cd ~/.rbenv/plugins/ruby-build && git checkout -q 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c)
export PATH="$HOME/.rbenv/bin:$PATH"
eval "$(rbenv init - bash)"
rbenv install --skip-existing 3.3.6
rbenv global 3.3.6
gem install bundler:2.5.23 --no-document
cd "$DVM_CODE_DIR/app" && bundle install
