#!/bin/sh
# Looks for the system packages of system.txt. Usage: system.sh run|test|field
# What is missing is installed only as root, and after saying so; otherwise the one
# line that installs it is printed, and nothing goes on.
set -eu
purpose=$1
list=$(dirname "$0")/system.txt
export PYTHON="${PYTHON:-python3}" PATH="$PATH:/sbin:/usr/sbin"

missing=""
while IFS='|' read -r package needed check; do
    case $package in "#"* | "") continue ;; esac
    if [ "$needed" = test ] && [ "$purpose" = run ]; then continue; fi
    if [ "$needed" = field ] && [ "$purpose" != field ]; then continue; fi
    sh -c "$check" >/dev/null 2>&1 || missing="$missing $package"
done <"$list"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing system packages:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086  # One word a package.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "System packages are missing. Install them, then run this again:" >&2
    echo "    sudo apt-get install -y$missing" >&2
    exit 1
fi
