# expect: DVM204
npm i -g typescript@latest
