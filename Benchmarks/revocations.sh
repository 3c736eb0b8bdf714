#!/usr/bin/env bash
# Scripts/bench revocations [REVOCATIONS] [RECEIVERS]: how long it takes from "revoke" to "refused" at each of the four verifiers of a
# stack, and what it costs the provider to tell RECEIVERS that long-poll. Release build, both cores for everybody.
set -euo pipefail
cd "$(dirname "$0")/.."
export REVOCATIONS=${1:-200} RECEIVERS=${2:-1000}
swift build -c release >&2
swift build -c release --package-path Benchmarks --product RevocationBenchmarks >&2
bin=$(swift build -c release --show-bin-path)
benchmark=$(swift build -c release --package-path Benchmarks --show-bin-path)/RevocationBenchmarks

. Benchmarks/limits.env
DATA_FOLDER=$(mktemp -d)
export DATA_FOLDER
stop() { kill "${stack:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$DATA_FOLDER"; }
trap stop EXIT
# Every receiver keeps a connection to the provider.
ulimit -n 8192
GATEHOUSE_LIMITS_CONNECTIONS_MAX=4096 "$bin/gatehouse" up --free-ports --data-folder "$DATA_FOLDER" >"$DATA_FOLDER/up.log" 2>&1 &
stack=$!
for _ in $(seq 300); do grep -q '^Ready' "$DATA_FOLDER/up.log" && break; sleep 0.1; done
grep -q '^Ready' "$DATA_FOLDER/up.log" || { cat "$DATA_FOLDER/up.log" >&2; exit 1; }
mkdir -p Benchmarks/results
"$benchmark" | tee Benchmarks/results/revocations.txt
