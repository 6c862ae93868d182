# expect: DVM202
set -euo pipefail
wget -q https://dot.net/v1/dotnet-install.sh -O dotnet-install.sh
chmod +x ./dotnet-install.sh
./dotnet-install.sh --version 8.0.302
export PATH=$HOME/.dotnet:$PATH
dotnet tool install --global dotnet-ef --version 8.0.6
