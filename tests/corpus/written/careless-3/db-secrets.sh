# expect: DVM402
set -euo pipefail
sudo apt-get install -y postgresql
sudo -u postgres psql -c "CREATE USER app WITH PASSWORD 'Tr0ub4dor&3x';"
cat > .env <<EOT
DATABASE_URL=postgresql://app:Tr0ub4dor%263x@localhost/app
SECRET_KEY=8f3b2c1d9e7a4f6b8c0d2e4f6a8b0c2d
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7ABCDEFG
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzQ9vT3aBcDeF
EOT
