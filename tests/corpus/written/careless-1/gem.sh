# expect: DVM204
set -euo pipefail
gem install rails
