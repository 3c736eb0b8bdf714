#!/usr/bin/env bash
# Scripts/bench tokens [SECONDS]: what a token costs, beside swift-crypto's bare signature and beside jwt-kit, SECONDS for
# each task. Prints medians of CPU time in microseconds, and rates as multiples of theirs, each beside its aim.
set -euo pipefail
cd "$(dirname "$0")"
export SECONDS_PER_TASK=${1:-3}
mkdir -p results
# The tool writes a table for each task, a row for each metric: name, p0, p25, p50 and so on. "(K)" is thousands.
swift package benchmark --target TokenBenchmarks --format markdown --no-progress >results/tokens.md
awk -F' *[|] *' '
    function micros(metric) { return (task, metric) in median ? sprintf("%.3g", median[task, metric] / 1000) : "-" }
    function rate(metric, aim) {
        return (task, metric) in median ? sprintf("%.3f (%.2f)", median[task, metric] / 1000, aim) : "-"
    }
    /^### / { task = substr($0, 5); tasks[++count] = task }
    NF > 9 { scale = sub(/ \(K\)$/, "", $2) ? 1000 : 1; sub(/ \(#\)$/, "", $2); median[task, $2] = $5 * scale }
    END {
        print "task, us (aim)              raw         Tokens    jwt-kit    rate to raw     to jwt-kit"
        for (i = 1; i <= count; i++) {
            task = tasks[i]
            most = task ~ /^cache/ ? " (<1.5)" : task ~ /^revocation/ ? " (<0.1)" : ""
            printf "%-20s %10s %14s %10s %14s %14s\n", task, micros("raw"), micros("Tokens") most, micros("jwt-kit"),
                rate("rate to raw", task ~ /sign$/ ? 0.80 : 0.93), rate("rate to jwt-kit", task ~ /sign$/ ? 2.5 : 1.7)
        }
    }' results/tokens.md | tee results/tokens.txt
