# expect: DVM202
set -euo pipefail
git clone https://github.com/ggerganov/llama.cpp ~/llama.cpp
cd ~/llama.cpp
cmake -B build
cmake --build build -j"$(nproc)"
./build/bin/llama-server --version
