# expect: none
set -euo pipefail
installer=Miniconda3-py312_24.9.2-0-Linux-x86_64.sh
if ! [ -x ~/miniconda3/bin/conda ]; then
  curl -fsSL "https://repo.anaconda.com/miniconda/$installer" -o "/tmp/$installer"
  echo "8d936ba600300e08eca3d874dee88c61c6f39303597b2b66baee54af4f7b4122  /tmp/$installer" | sha256sum --check
  bash "/tmp/$installer" -b -p ~/miniconda3
  rm "/tmp/$installer"
fi
source ~/miniconda3/etc/profile.d/conda.sh
conda config --set auto_activate_base false
conda create -y -n work python=3.12.7 numpy=2.1.3
