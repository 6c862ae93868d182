# expect: DVM202
set -euo pipefail
git clone https://github.com/flutter/flutter.git -b stable ~/flutter
export PATH="$HOME/flutter/bin:$PATH"
flutter config --no-analytics
flutter doctor
