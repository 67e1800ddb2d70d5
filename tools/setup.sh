# Sourced by ./demo and ./check: installs the packages of cmake/packages.txt and builds the tree in build/.
# Messages for people go to stderr; the last one before a non-zero exit says what is wrong in one sentence.

clze_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
clze_build=$clze_root/build

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# install_packages GROUP...: what is missing of these groups, by apt.
install_packages() {
  local wanted=() missing=() group package
  while read -r group package; do
    case " $* " in *" $group "*) wanted+=("$package") ;; esac
  done < <(grep -v '^#' "$clze_root/cmake/packages.txt")
  for package in "${wanted[@]}"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing and installing them needs root: ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq >/dev/null ||
    die "the package lists could not be updated (apt-get update)."
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" \
    >/dev/null || die "apt-get could not install: ${missing[*]}"
}

# configure PRESET [CMAKE ARGS...]
configure() {
  local preset=$1
  shift
  (cd "$clze_root" && cmake --preset "$preset" "$@" >"/tmp/clze-configure-$$.log" 2>&1) || {
    cat "/tmp/clze-configure-$$.log" >&2
    rm -f "/tmp/clze-configure-$$.log"
    die "cmake could not configure the tree (its words are above)."
  }
  rm -f "/tmp/clze-configure-$$.log"
}

# build_targets BUILD_DIR TARGET... (none: everything)
build_targets() {
  local dir=$1
  shift
  local args=()
  [ $# -gt 0 ] && args=(--target "$@")
  cmake --build "$dir" "${args[@]}" >&2 || die "the build failed (the compiler's words are above)."
}
