# expect: DVM202 DVM204
set -euo pipefail
npx create-react-app demo
