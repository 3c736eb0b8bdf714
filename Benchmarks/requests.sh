#!/usr/bin/env bash
# Scripts/bench requests [SECONDS]: what a request costs, in a release build, as ratios to a bare Hummingbird hello-world of the same run.
# The servers run on one core and the load on another. Writes Benchmarks/results/latest.json and prints the same as a table.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-8}
Scripts/setup wrk >&2
swift build -c release >&2
swift build -c release --package-path Benchmarks --product Hello >&2
bin=$(swift build -c release --show-bin-path)
hello=$(swift build -c release --package-path Benchmarks --show-bin-path)/Hello

. Benchmarks/limits.env
data=$(mktemp -d)
stop() { kill "${stack:-}" "${yardstick:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$data"; }
trap stop EXIT
taskset -c 0 "$bin/gatehouse" up --free-ports --data-folder "$data" >"$data/up.log" 2>&1 &
stack=$!
for _ in $(seq 300); do grep -q '^Ready' "$data/up.log" && break; sleep 0.1; done
grep -q '^Ready' "$data/up.log" || { cat "$data/up.log" >&2; exit 1; }
port() { sed 's/},{/\n/g' "$data/stack.json" | sed -n "s/.*\"name\":\"$1\",\"port\":\([0-9]*\).*/\1/p"; }
pids=$(grep -o '"processID":[0-9]*' "$data/stack.json" | cut -d: -f2)
provider=https://localhost:$(port identity-provider) orders=https://localhost:$(port orders-api)

hello_port=$(($(port orders-api) % 20000 + 30001))
taskset -c 0 "$hello" "$hello_port" "$data/tls/orders-api.pem" "$data/tls/orders-api.key.pem" >/dev/null 2>&1 &
yardstick=$!

# What the requests need: a user's token, an order, a machine client, and a refresh token for every connection: eight to warm
# up with, eight to measure with.
call() { curl -sS --fail --cacert "$data/tls/ca.pem" "$@"; }
sign_in() {
    call "$provider/auth/login" -H 'Content-Type: application/json' \
        -d "{\"client_id\":\"gatehouse-demo\",\"username\":\"alice\",\"password\":\"$(cat "$data/secrets/demo-password")\"}"
}
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
TOKEN=$(sign_in | member access_token)
order=$(call "$orders/orders" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"item":"lamp","quantity":1}' | member id)
BASIC=$("$bin/gatehouse" clients add bench --grant client_credentials --data-folder "$data" | sed -n 's/^client_secret: //p')
BASIC=$(printf 'bench:%s' "$BASIC" | base64 -w 0)
REFRESH_TOKENS=$data/refresh-tokens
for _ in $(seq 16); do echo "$(sign_in | member refresh_token)"; done >"$REFRESH_TOKENS"
export TOKEN BASIC REFRESH_TOKENS

# CPU time of the given processes so far, in hundredths of a second.
cpu() { for pid in $1; do cut -d' ' -f14,15 "/proc/$pid/stat"; done | awk '{ sum += $1 + $2 } END { print sum }'; }
# measure NAME URL LUA PIDS -> name, requests/s, p50 µs, p99 µs, CPU µs per request, requests that failed
measure() {
    WARMUP=1 taskset -c 1 wrk -t8 -c8 -d1 -s "Benchmarks/requests/$3.lua" "$2" >/dev/null
    local before after
    before=$(cpu "$4")
    taskset -c 1 wrk -t8 -c8 -d"$seconds" --latency -s "Benchmarks/requests/$3.lua" "$2" >"$data/wrk"
    after=$(cpu "$4")
    awk -v name="$1" -v ticks=$((after - before)) '
        function micros(text) { return text ~ /us$/ ? text + 0 : text ~ /ms$/ ? text * 1000 : text * 1000000 }
        $1 == "50%" { p50 = micros($2) } $1 == "99%" { p99 = micros($2) }
        /requests in/ { requests = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { failed = $NF }
        END { printf "%s %.0f %.0f %.0f %.1f %d\n", name, rate, p50, p99, ticks * 10000 / requests, failed }' "$data/wrk"
}
{
    measure hello "https://localhost:$hello_port/hello" read "$yardstick"
    measure validated-read "$orders/orders/$order" read "$pids"
    measure client-credentials "$provider/oauth2/token" client_credentials "$pids"
    measure refresh "$provider/oauth2/token" refresh "$pids"
    measure on-behalf-of-read "$orders/orders/$order/receipt" read "$pids"
} >"$data/figures"

mkdir -p Benchmarks/results
awk 'BEGIN { print "[" } NR == 1 { rate = $2; p50 = $3; p99 = $4 }
    { printf "%s  {\"name\": \"%s\", \"requestsPerSecond\": %d, \"rateRatio\": %.3f, \"p50Micros\": %d, \"p50Ratio\": %.2f, \"p99Micros\": %d, \"p99Ratio\": %.2f, \"cpuMicrosPerRequest\": %.1f, \"failed\": %d}", (NR > 1 ? ",\n" : ""), $1, $2, $2 / rate, $3, $3 / p50, $4, $4 / p99, $5, $6 }
    END { print "\n]" }' "$data/figures" >Benchmarks/results/latest.json
awk 'BEGIN { printf "%-20s %10s %8s %8s %8s %8s %8s %8s %7s\n", "request", "requests/s", "ratio", "p50 µs", "ratio", "p99 µs", "ratio", "CPU µs", "failed" }
    NR == 1 { rate = $2; p50 = $3; p99 = $4 }
    { printf "%-20s %10d %8.2f %8d %8.2f %8d %8.2f %8.1f %7d\n", $1, $2, $2 / rate, $3, $3 / p50, $4, $4 / p99, $5, $6 }' "$data/figures" | tee Benchmarks/results/latest.txt
