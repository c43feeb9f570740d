# What scripts/demo and scripts/test share: packages, configuration, build. Sourced, not run.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the runtime and its tests need, and what all of it does.
RUNTIME_PACKAGES=(
  cmake ninja-build g++ python3 pkgconf
  libflatbuffers-dev flatbuffers-compiler libhwy-dev libgtest-dev
)
PACKAGES=(
  "${RUNTIME_PACKAGES[@]}" make
  libmlir-19-dev mlir-19-tools llvm-19-dev llvm-19-tools
  libfmt-dev libonnx-dev libprotobuf-dev protobuf-compiler
  flatbuffers-compiler-dev libcli11-dev nlohmann-json3-dev
  libtomlplusplus-dev
  libzip-dev zlib1g-dev
  libopenmpi-dev openmpi-bin
)

# install_packages PACKAGE ...: what is missing, from Debian; elsewhere says what to install.
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian. Install the equivalents of these packages, then build with" >&2
    echo "'cmake --preset release && cmake --build --preset release':" >&2
    printf '  %s\n' "$@" >&2
    exit 1
  fi
  local missing=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == "install ok installed"* ]] ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "These packages are missing, and there is no sudo to install them with:" >&2
      printf '  %s\n' "${missing[@]}" >&2
      exit 1
    }
    root=(sudo)
  fi
  echo "installing: ${missing[*]}"
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# build PRESET [TARGET ...]: configures once, then builds what has changed.
build() {
  local preset=$1
  shift
  [ -d "build/$preset/bin" ] || echo "building in build/$preset; the first time takes some minutes"
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >/dev/null
  cmake --build "build/$preset" ${1:+--target "$@"} -- --quiet
}
