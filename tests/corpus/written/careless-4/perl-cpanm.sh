# expect: DVM202
set -euo pipefail
curl -L https://cpanmin.us | perl - --sudo App::cpanminus
cpanm Mojolicious@9.37
