# expect: DVM402
tool login --token kX9vTq2mWz4
