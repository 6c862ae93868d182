# expect: DVM402
export DATABASE_PASSWORD='kX9vTq2mWz'
