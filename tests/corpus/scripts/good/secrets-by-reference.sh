# expect: nothing
export GITHUB_TOKEN="$(pass show github/token)"
DB_PASSWORD=${DB_PASSWORD:?is handed over by dvm ssh --env}
API_KEY_FILE=/run/secrets/api_key
PASSWORD=changeme
secret=""
curl -s -H "Authorization: Bearer $GITHUB_TOKEN" https://api.example.org/user | jq -r .login
