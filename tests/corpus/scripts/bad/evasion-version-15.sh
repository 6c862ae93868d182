# expect: DVM204
pnpm add -g pnpm@9
