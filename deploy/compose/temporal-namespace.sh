#!/bin/sh
# Makes the namespace and waits until the server knows it. Runs in temporalio/admin-tools.
set -eu

# By address and not by name: with a name of Docker's DNS the command times out in some versions
# (https://github.com/temporalio/samples-server/issues/136).
TEMPORAL_ADDRESS="$(getent ahosts temporal | awk '{ print $1; exit }'):7233"
export TEMPORAL_ADDRESS

# The port is open before the server can work.
attempts=60
until temporal operator cluster health >/dev/null 2>&1; do
  attempts=$((attempts - 1))
  if [ "$attempts" -eq 0 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS is not healthy after a minute; see: docker compose logs temporal" >&2
    exit 1
  fi
  sleep 1
done

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 168h

# Each part of the server learns of a new namespace a few seconds later.
until temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do sleep 1; done
echo "Namespace $TEMPORAL_NAMESPACE is ready."
