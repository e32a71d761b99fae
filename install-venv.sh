#!/usr/bin/env bash
# Debian and Ubuntu split venv and pip from Python. Installs them, with sudo unless this is root.
set -euo pipefail
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
version=$(python3 -c 'import sys; print(f"{sys.version_info.major}.{sys.version_info.minor}")')
echo "Python's venv module is missing: installing python$version-venv"
as_root apt-get update -qq
as_root apt-get install -y -qq --no-install-recommends "python$version-venv" || as_root apt-get install -y -qq --no-install-recommends python3-venv
