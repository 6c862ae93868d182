#!/usr/bin/env bash
# The database's client. `depends_on` promises that the database is up by now; this shows it.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q 'postgresql-client-17=17.*'
pg_isready --host 192.168.5.2 --port 15432 --timeout 30
