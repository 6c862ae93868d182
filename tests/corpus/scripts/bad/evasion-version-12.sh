# expect: DVM204
pipx install poetry
