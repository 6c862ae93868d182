#!/usr/bin/env bash
# expect: none
set -euo pipefail
REV=a994073877d1ff31b41a5bc0461950d1aa30d1f1
MODEL=$HOME/models/tiny.Q4_K_M.gguf
mkdir -p "$(dirname "$MODEL")"
if [ ! -f "$MODEL" ]; then
  curl -fL -C - --retry 5 -o "$MODEL.part" "https://huggingface.co/TheBloke/TinyLlama/resolve/$REV/tiny.Q4_K_M.gguf"
  echo "1cb1b7e0f8b96cee3445e317b8064d8805bf35c7dc7de82cddcb9f78d4c95e0e  $MODEL.part" | sha256sum -c -
  mv "$MODEL.part" "$MODEL"
fi
git clone https://github.com/ggerganov/llama.cpp ~/llama.cpp
cd ~/llama.cpp
git checkout -q b45a97690a0da83e4f0b052adb0df2de29f10431
cmake -B build -DGGML_NATIVE=ON
cmake --build build -j "$(nproc)" --target llama-server
~/llama.cpp/build/bin/llama-server --version
