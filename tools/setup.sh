#!/bin/sh
# Builds .venv from requirements.txt, or does nothing when it is up to date. Says what is missing.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.requirements
wanted=$(cat requirements.txt requirements-uv.txt .python-version | sha256sum | cut -d' ' -f1)
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

fail() {
    echo "setup: $1" >&2
    exit 1
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null 2>&1 || fail "no $python found: install Python 3 (Debian: apt-get install python3 python3-venv)"
if [ ! -x .uv/bin/uv ]; then
    echo "setup: fetching the installer uv ..." >&2
    rm -rf .uv
    "$python" -m venv .uv >&2 || fail "Python's venv module is missing (Debian: apt-get install python3-venv)"
    .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt ||
        fail "uv could not be installed: is there a connection to the package index?"
fi

version=$(cat .python-version)
.uv/bin/uv venv --quiet --clear --python "$version" .venv ||
    fail "Python $version was not found and could not be fetched: install it (for instance: pyenv install $version)"
echo "setup: installing the pinned packages (about 3 GB on disk) ..." >&2
# Compiled now: where nobody may write into .venv later (an image), every start would compile again.
.uv/bin/uv pip sync --quiet --require-hashes --compile-bytecode --python .venv requirements.txt ||
    fail "the packages could not be installed: see above"
echo "$wanted" >"$stamp"
