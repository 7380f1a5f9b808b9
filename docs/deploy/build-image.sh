#!/bin/sh
# Fills the application folder of an image: build-image.sh WHEEL CONSTRAINTS FOLDER
#
# Creates a virtual environment in FOLDER with the wheel, its dependencies at the versions in CONSTRAINTS, metrics and
# mail signatures, and checks that the program starts. It needs Python 3.11 or newer with venv, and pip's package index.
# The explorer page is in the wheel, so Node is not needed.
set -eu

if [ "$#" -ne 3 ]; then
  echo "usage: build-image.sh WHEEL CONSTRAINTS FOLDER" >&2
  exit 2
fi
wheel=$1 constraints=$2 folder=$3

"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check \
  --constraint "$constraints" "$wheel[telemetry,dkim]"
# Compiled once here, because the file system is read-only later.
"$folder/bin/python" -m compileall -q "$folder/lib"
"$folder/bin/pip" uninstall --quiet --yes pip
"$folder/bin/abandoned-checkouts" --version
