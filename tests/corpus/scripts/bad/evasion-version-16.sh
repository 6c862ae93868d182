# expect: DVM204
yarn global add eslint
