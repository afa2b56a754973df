#!/usr/bin/env bash
# Run the package's tests and every notebook with the oldest or the newest versions that pyproject.toml allows.
# usage: tools/build/versions.sh oldest|newest [python]     (needs uv: pip install uv)
# Outputs are not compared with the stored ones, which are those of requirements.lock.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case "${1:-}" in
  oldest) resolution=lowest-direct ;;
  newest) resolution=highest ;;
  *) sed -n '2,4s/^# //p' "$0"; exit 2 ;;
esac

export VIRTUAL_ENV="$PWD/_build/versions-$1"
uv venv --quiet --clear --python "${2:-python3}" "$VIRTUAL_ENV"
uv pip install --quiet --resolution "$resolution" -r pyproject.toml
uv pip freeze --quiet > "$VIRTUAL_ENV/chosen.txt"
uv pip install --quiet -c "$VIRTUAL_ENV/chosen.txt" . beautifulsoup4 frictionless mpbn nbval pytest pyyaml
uv pip list --quiet | grep -iE '^(networkx|numpy|pandas|plotly|scipy|statsmodels) '

"$VIRTUAL_ENV/bin/python" -m pytest -q -p no:cacheprovider tests/package
"$VIRTUAL_ENV/bin/python" -m pytest -q -p no:cacheprovider --nbval-lax --nbval-current-env --nbval-kernel-startup-timeout 600 chapters reference
