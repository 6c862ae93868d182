# expect: DVM207
npm config set strict-ssl false
