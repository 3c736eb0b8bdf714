#!/usr/bin/env bash
# Scripts/bench audit [SECONDS] [ROUNDS]: what the audit log costs a validated read. Two processes of the same service, one of which
# keeps its records on disk and the other forgets them, are asked by turns for SECONDS each; the ratio is taken within a round, since a
# shared machine is faster in one second than in the next. Servers on one core, load on another.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-4} rounds=${2:-9}
Scripts/setup wrk >&2
swift build -c release --package-path Benchmarks --product AuditBenchmarks >&2
server=$(swift build -c release --package-path Benchmarks --show-bin-path)/AuditBenchmarks

. Benchmarks/limits.env
data=$(mktemp -d)
pids=()
stop() { kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$data"; }
trap stop EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$data/tls.key" -out "$data/tls.pem" 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$data/audit.pem" 2>/dev/null
openssl rand -base64 48 >"$data/operator-key"

# start SINK PORT
start() {
    GATEHOUSE_BENCHMARK_SINK=$1 GATEHOUSE_BENCHMARK_TOKEN_FILE=$data/$1.token GATEHOUSE_PORT=$2 \
        GATEHOUSE_OPERATIONS_PORT=$(($2 + 1)) GATEHOUSE_OPERATIONS_OPERATOR_KEY_FILE=$data/operator-key GATEHOUSE_LOG_LEVEL=error \
        GATEHOUSE_TLS_CERTIFICATE_FILE=$data/tls.pem GATEHOUSE_TLS_PRIVATE_KEY_FILE=$data/tls.key \
        GATEHOUSE_TLS_TRUST_ROOTS_FILE=$data/tls.pem GATEHOUSE_AUDIT_FOLDER=$data/$1 \
        GATEHOUSE_AUDIT_HEADS_FOLDER=$data/$1-heads GATEHOUSE_AUDIT_SIGNING_KEY_FILE=$data/audit.pem \
        GATEHOUSE_LIMITS_CONNECTIONS_MAX=256 taskset -c 0 "$server" &
    pids+=($!)
    for _ in $(seq 100); do curl -sSf --cacert "$data/tls.pem" -o /dev/null "http://127.0.0.1:$(($2 + 1))/live" 2>/dev/null && return; sleep 0.1; done
    echo "the server does not start" >&2 && exit 1
}
port=$((20000 + RANDOM % 10000))
start disk "$port"
start nowhere $((port + 2))

cpu() { cut -d' ' -f14,15 "/proc/$1/stat" | awk '{ print $1 + $2 }'; }
# ask SINK PORT PID -> requests/s, CPU µs per request, requests that failed
ask() {
    local before after
    before=$(cpu "$3")
    TOKEN=$(cat "$data/$1.token") taskset -c 1 wrk -t8 -c8 -d"$seconds" -s Benchmarks/requests/read.lua "https://localhost:$2/orders/1" >"$data/wrk"
    after=$(cpu "$3")
    awk -v ticks=$((after - before)) '/requests in/ { requests = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { failed = $NF }
        END { printf "%.0f %.1f %d\n", rate, ticks * 10000 / requests, failed }' "$data/wrk"
}
ask disk "$port" "${pids[0]}" >/dev/null
ask nowhere $((port + 2)) "${pids[1]}" >/dev/null
for round in $(seq "$rounds"); do
    # Every second round the other way round.
    if ((round % 2)); then disk=$(ask disk "$port" "${pids[0]}"); fi
    nowhere=$(ask nowhere $((port + 2)) "${pids[1]}")
    if ((round % 2 == 0)); then disk=$(ask disk "$port" "${pids[0]}"); fi
    echo "$disk $nowhere"
done >"$data/figures"

mkdir -p Benchmarks/results
awk '{ print $1 / $4, $2 / $5, $1, $4, $2, $5; failed += $3 + $6 } END { print failed > "/dev/stderr" }' "$data/figures" 2>"$data/failed" |
    sort -n | awk -v failed="$(cat "$data/failed")" '
    { rate[NR] = $1; line[NR] = $0; cpu += $2; sum3 += $3; sum4 += $4; sum5 += $5; sum6 += $6 }
    END {
        printf "%-22s %10s %10s\n", "validated read", "requests/s", "CPU µs"
        printf "%-22s %10.0f %10.1f\n", "records on disk", sum3 / NR, sum5 / NR
        printf "%-22s %10.0f %10.1f\n", "records forgotten", sum4 / NR, sum6 / NR
        printf "throughput, disk to forgotten: median %.3f (%.3f to %.3f in %d rounds); CPU: mean %.3f; failed: %d\n", rate[int((NR + 1) / 2)], rate[1], rate[NR], NR, cpu / NR, failed
    }' | tee Benchmarks/results/audit.txt
