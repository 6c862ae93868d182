# expect: DVM402
npm config set //registry.npmjs.org/:_authToken kX9vTq2mWz4rr
