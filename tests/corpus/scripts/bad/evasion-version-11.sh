# expect: DVM204
uvx ruff
