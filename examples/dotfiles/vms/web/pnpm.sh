#!/usr/bin/env bash
# pnpm for DVM_USER: one archive, verified before it is opened; --offline lets npm fetch nothing beside it.
set -Eeuo pipefail

version=10.34.8
sha256=5be9fac9764583af5fa07015b9b0aa930ef634535df9fa6f464020d72b195630

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd "$work"
npm pack --silent "pnpm@$version"
echo "$sha256  pnpm-$version.tgz" | sha256sum --check --strict
npm install --global --prefix "$HOME/.local" --offline --ignore-scripts --no-audit --no-fund "./pnpm-$version.tgz"

# What a package runs when it is installed is what an attacker runs; a project that needs it says so itself.
npm config set ignore-scripts true
