# Which package feed this machine has. Sets feed (full or sparse) and feed_reason.

need_dotnet() {
  if ! command -v dotnet >/dev/null; then
    echo "loupe: the .NET 10 SDK is needed: install dotnet-sdk-10.0, or see https://dot.net/download." >&2
    exit 1
  fi
  if ! (cd "$root" && dotnet --version) >/dev/null 2>&1; then
    echo "loupe: .NET SDK 10.0.100 or newer is needed; this machine has: $(dotnet --list-sdks | tr '\n' ' ')" >&2
    exit 1
  fi
}

find_feed() {
  need_dotnet
  if [ -n "${LOUPE_FEED:-}" ]; then
    feed=$LOUPE_FEED feed_reason="LOUPE_FEED says so"
    case $feed in full | sparse) return ;; esac
    echo "loupe: LOUPE_FEED is '$feed'; it can be full or sparse." >&2
    exit 2
  fi

  # Remembered until the list of packages or the user's list of sources changes, or the file is deleted.
  if [ -f "$state/feed" ] && [ "$state/feed" -nt "$root/Directory.Packages.props" ] \
    && [ ! "${HOME:-/}/.nuget/NuGet/NuGet.Config" -nt "$state/feed" ]; then
    { read -r feed && IFS= read -r feed_reason; } <"$state/feed"
    return
  fi

  echo "Looking which package feed this machine has (once) …" >&2
  local log=$state/feed.log
  if dotnet restore "$root/Cluster.sln" -p:Feed=full -v quiet >"$log" 2>&1; then
    feed=full feed_reason="every package restores, Orleans and ONNX Runtime included"
  elif grep -qE 'NU1101|NU1102|NU1103|NU1603' "$log"; then
    local missing
    missing=$(grep -oE "(NU1101|NU1102|NU1103)[^.]* ([A-Za-z]+\.)+[A-Za-z]+" "$log" | grep -oE '([A-Za-z]+\.)+[A-Za-z]+$' | sort -u | head -3 | paste -sd, | sed 's/,/, /g' || true)
    feed=sparse feed_reason="the feed lacks ${missing:-some packages of the full one}; single node, no cluster"
  else
    echo "loupe: packages could not be restored; NuGet says:" >&2
    grep -E 'error' "$log" | sort -u | head -5 >&2 || tail -5 "$log" >&2
    exit 1
  fi
  printf '%s\n%s\n' "$feed" "$feed_reason" >"$state/feed"
}
