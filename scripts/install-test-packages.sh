#!/bin/sh
# What tests run against and npm does not have: pages are looked at in Chromium, and a store keeps its users in Redis.
set -e
missing=""
for name in "${CHROMIUM:-chromium}" redis-server; do
  command -v "$name" > /dev/null || missing="$missing $name"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  install="apt-get install -y --no-install-recommends$missing"
  $install || { apt-get update && $install; }
else
  echo "tests need$missing: install them first, such as by sudo apt-get install$missing" >&2
  exit 1
fi
