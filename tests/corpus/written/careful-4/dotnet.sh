# expect: none
set -euo pipefail
ver=8.0.302
tgz=dotnet-sdk-$ver-linux-x64.tar.gz
mkdir -p "$HOME/.dotnet"
curl -fsSL -o "/tmp/$tgz" "https://dotnetcli.azureedge.net/dotnet/Sdk/$ver/$tgz"
sha512sum -c - <<EOF
e0b986422d01de3625557c3a5e21012765093ac75de5f2ff51a6366d11675fc36a41f636f03eaecfe5d68706aedf80608cdf32930bab513ee44cf4f701d8ab53  /tmp/$tgz
EOF
tar -xzf "/tmp/$tgz" -C "$HOME/.dotnet"
export PATH=$HOME/.dotnet:$PATH DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet tool install --global dotnet-ef --version 8.0.6
dotnet tool install --global csharpier --version 0.28.2
{
  echo 'export DOTNET_ROOT=$HOME/.dotnet'
  echo 'export PATH=$DOTNET_ROOT:$HOME/.dotnet/tools:$PATH'
} >> ~/.profile
