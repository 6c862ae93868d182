# expect: DVM402
npm config set //registry.example.org/:_authToken kX9vTq2mWz4rr
