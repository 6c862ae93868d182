#!/usr/bin/env bash
# The database's client. `depends_on` promises that the database is up by now; this shows it.
set -Eeuo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q 'postgresql-client-17=17.*'
pg_isready --host "${DVM_REACH_DB_5432%:*}" --port "${DVM_REACH_DB_5432#*:}" --timeout 30
