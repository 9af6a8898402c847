# The playground's tests: its modules by themselves, their types, and the page in a real Chromium on a real server.
# They need Node.js and Chromium; where these cannot be had, they are skipped, and say so.

find_chromium() {
  local program
  for program in "${LOUPE_CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    [ -n "$program" ] && [ -x "$program" ] && return
  done
  return 1
}

need_chromium() {
  if ! find_chromium && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing chromium …"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >"$state/test-chromium.log" 2>&1 || true
  fi
  find_chromium
}

test_playground() {
  local home=$root/tests/playground log=$state/test-playground.log
  echo "== playground"
  if ! command -v node >/dev/null || ! command -v npm >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
    skip "the playground's tests: Node.js 20 or newer is not installed"
    return
  fi
  if ! (cd "$home" && npm install --no-audit --no-fund --no-package-lock --loglevel=error) >"$log" 2>&1; then
    tail -5 "$log"
    skip "the playground's tests: their npm packages cannot be installed"
    return
  fi
  if [ ! -f "$root/artifacts/bin/Silo/release/Loupe.Silo.dll" ]; then
    fail "the playground's tests: the server is not built"
    return
  fi

  if (cd "$home" && npm run --silent types) >"$log" 2>&1; then
    passed=$((passed + 1))
  else
    head -20 "$log"
    fail "the types of the playground's modules"
  fi
  node_tests "$home" "$home/modules/"*.test.js
  if need_chromium; then
    node_tests "$home" "$home/page/page.test.js"
  else
    skip "the playground in a browser: Chromium is not installed (apt-get install chromium)"
  fi
}

node_tests() { # folder, files…
  local home=$1 log=$state/test-playground.log code=0
  shift
  (cd "$home" && timeout 900 node --test --test-reporter=tap "$@") >"$log" 2>&1 || code=$?
  local good bad skips
  good=$(sed -nE 's/^# pass ([0-9]+)$/\1/p' "$log" | tail -1)
  bad=$(sed -nE 's/^# fail ([0-9]+)$/\1/p' "$log" | tail -1)
  skips=$(sed -nE 's/^# skipped ([0-9]+)$/\1/p' "$log" | tail -1)
  echo "   ${good:-0} passed, ${bad:-0} failed, ${skips:-0} skipped"
  passed=$((passed + ${good:-0}))
  failed=$((failed + ${bad:-0}))
  skipped=$((skipped + ${skips:-0}))
  if [ "${bad:-0}" -gt 0 ]; then
    grep -A25 -E '^ *not ok' "$log" | head -150 || true
  elif [ "$code" -ne 0 ] || [ "${good:-0}" -eq 0 ]; then
    tail -30 "$log"
    fail "the playground's tests ended with code $code"
  fi
}
