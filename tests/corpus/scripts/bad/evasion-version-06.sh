# expect: DVM204
npx create-vite
