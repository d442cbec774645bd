#!/bin/sh
# Makes Temporal's two databases and brings their tables up to date; what is there already is left as it is.
# Runs in temporalio/admin-tools, whose version must be that of temporalio/server. SQL_PASSWORD comes from
# docker-compose.yml.
set -eu

for store in temporal visibility; do
  database=temporal
  [ "$store" = visibility ] && database=temporal_visibility
  tool="temporal-sql-tool --plugin postgres12 --ep postgres --port 5432 --user buildhub --db $database"
  $tool create
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$store/versioned"
done
