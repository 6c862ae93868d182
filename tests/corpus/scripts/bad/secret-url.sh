# expect: DVM402
git clone -b v1.0.0 https://me:kX9vTq2mWzL4@example.org/private.git
