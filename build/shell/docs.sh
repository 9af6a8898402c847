# `./loupe docs`: rewrites the pages, or the parts of them, that say what the code says: every setting in
# docs/configuration.md, and docs/api.md. The same tests fail in `./loupe test` where a page is behind.

write_docs() {
  need_dotnet
  local log=$state/docs.log test
  for test in Silo.Tests:Loupe.Silo.Tests.Docs.SettingsPageTests Gateway.Tests:Loupe.Gateway.Tests.OpenApi.ApiPageTests; do
    local name=${test%%:*} class=${test#*:}
    echo "Writing what $name knows …" >&2
    if ! dotnet build "$root/tests/$name/$name.csproj" -c Release -v quiet --nologo >"$log" 2>&1 \
      || ! LOUPE_DOCS=write "$root/artifacts/bin/$name/release/Loupe.$name" -noColor -class "$class" >"$log" 2>&1; then
      echo "loupe: that failed (all of it in .loupe/docs.log):" >&2
      grep -E 'error|FAIL' -A3 "$log" | head -20 >&2 || tail -10 "$log" >&2
      exit 1
    fi
  done
  git -C "$root" status --short -- docs 2>/dev/null || true
}
