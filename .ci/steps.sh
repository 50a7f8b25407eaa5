# What ./run and ./test share: installing packages and building a preset. To be sourced with $root set.

# Of the system this runs on; nothing where it has none, as unreleased ones.
debianVersion() {
    sed -n 's/^VERSION_ID="\?\([0-9]*\).*/\1/p' /etc/os-release 2>/dev/null || true
}

# This system's names in packages.txt; with "test" also those that only the tests need.
packageNames() {
    local wanted=${1:-} version name purpose
    version=$(debianVersion)
    while read -r name purpose; do
        [[ $name && $name != \#* && ( -z $purpose || $purpose == "$wanted" ) ]] || continue
        ((${version:-13} < 13)) && echo "${name%%|*}" || echo "${name##*|}"
    done <"$root/packages.txt"
    return 0
}

# Installs the packages that are missing, if any.
installMissing() {
    local names missing asRoot=(env DEBIAN_FRONTEND=noninteractive)
    names=$(packageNames "${1:-}")
    if ! command -v dpkg-query >/dev/null; then
        echo "athanor: this is not Debian; make sure that these are installed:" $names
        return 0
    fi
    missing=$(comm -23 <(sort <<<"$names") <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $names 2>/dev/null |
        sed -n 's/^installed //p' | sort -u) | xargs)
    [[ $missing ]] || return 0

    local install="apt-get install -y --no-install-recommends $missing"
    if (($(id -u) != 0)); then
        command -v sudo >/dev/null || { echo "athanor: as root, run: $install"; return 1; }
        asRoot=(sudo "${asRoot[@]}")
    fi
    echo "athanor: installing $missing"
    quietly "$root/build/install.log" "${asRoot[@]}" apt-get update &&
        quietly "$root/build/install.log" "${asRoot[@]}" $install ||
        { echo "athanor: could not install; as root, run: $install"; return 1; }
}

# quietly LOG COMMAND...: shows the command's output only if it fails.
quietly() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 </dev/null || { tail -n 60 "$log"; return 1; }
}

# build PRESET [TARGET...]: configures when needed and builds with all cores, with one line of progress on a terminal.
build() (
    cd "$root"
    local preset=$1 folder=build/$1 width=$((${COLUMNS:-80} - 1)) line
    shift
    mkdir -p "$folder"
    if [[ ! -e $folder/build.ninja || CMakePresets.json -nt $folder/build.ninja ]]; then
        quietly "$folder/configure.log" cmake --preset "$preset" || return 1
    fi
    cmake --build --preset "$preset" ${*:+--target "$@"} 2>&1 | tee "$folder/build.log" |
        if [[ -t 1 ]]; then
            while IFS= read -r line; do printf '\r\e[K%s' "${line:0:width}"; done
            printf '\r\e[K'
        else
            cat >/dev/null
        fi || { # without the steps that went well
            grep -v '^\[[0-9/]*\] [A-Z][a-z]*ing ' "$folder/build.log" | tail -n 60
            echo "athanor: the build failed; all of it is in $root/$folder/build.log"
            return 1
        }
)
