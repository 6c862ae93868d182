# expect: nothing
for _ in 1 2 3; do
  curl -fsS http://localhost:3000/health | grep -q ok && break
  sleep 1
done
curl -fsS http://127.0.0.1:8080/ready | sh -c 'cat > /dev/null'
