# expect: DVM402
cat > .env <<X
API_KEY=kX9vTq2mWz
X
