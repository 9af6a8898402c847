# What is needed before anything can be built.

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
