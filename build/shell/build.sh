# Builds what the verbs run, when a source is newer than the last build.

assembly() { # project, assembly name → path
  echo "$root/artifacts/bin/$1/release/$2.dll"
}

sources_changed() { # stamp
  [ ! -f "$1" ] || [ -n "$(find "$root" \
    \( -name artifacts -o -name .git -o -name .loupe -o -name node_modules -o -name models -o -name tests -o -name training -o -name results \) -prune -o \
    \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' \
       -o -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.svg' \) -newer "$1" -print -quit)" ]
}

ensure_built() { # projects beside those of the server and the command
  need_dotnet
  local more=${*//[^A-Za-z]/-} log=$state/build.log
  local stamp=$state/built${more:+-$more}
  sources_changed "$stamp" || return 0
  echo "Building Loupe: a minute or two the first time, longer where packages are fetched." >&2
  local next=$stamp.$$ # of this process: another may build at the same time
  touch "$next"
  local started
  for project in Silo/Silo.csproj Client/Command/Command.csproj "$@"; do
    started=$SECONDS
    printf '  %s …' "$(basename "$project" .csproj)" >&2
    if ! dotnet build "$root/$project" -c Release -v quiet --nologo >"$log" 2>&1; then
      echo >&2
      echo "loupe: the build failed (all of it in .loupe/build.log):" >&2
      grep -E 'error' "$log" | sort -u | head -10 >&2 || tail -10 "$log" >&2
      exit 1
    fi
    echo " $((SECONDS - started)) s" >&2
  done
  mv "$next" "$stamp"
}
