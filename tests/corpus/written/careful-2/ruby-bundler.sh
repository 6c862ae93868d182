# expect: DVM204 warn
#!/usr/bin/env bash
set -euo pipefail
sudo apt-get update
sudo apt-get install -y ruby-full build-essential
gem install --user-install bundler -v 2.5.14
cat > ~/.gemrc <<< 'gem: --no-document'
cd /workspace/app
bundle config set --local path vendor/bundle
bundle install --jobs 4
