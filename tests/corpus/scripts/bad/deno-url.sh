# expect: DVM202
deno run -A https://example.org/mod.ts
