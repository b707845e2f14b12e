"""The API does what `/openapi.json` says, whatever is sent: schemathesis calls every operation.

A short run here; `make calls` makes more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
EXAMPLES = int(os.environ.get("NAVI_FUZZ_EXAMPLES", "3"))
FEWEST_CALLS = int(os.environ.get("NAVI_FUZZ_FEWEST_CALLS", "200"))
SECONDS = 3600


# A request of the described form may still ask for what there is not: a year without data, an option that was
# never offered. That is a 422, as described.
# On the command line `--checks all` would win over what is said of one operation: all is the default.
CONFIG = """
[checks]
enabled = true
positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422, 429, 503]

# Without its token it is not said that there is such an address: 404.
[[operations]]
include-path = "/metrics"
checks.ignored_auth.enabled = false
checks.missing_required_header.enabled = false
"""
METRICS_TOKEN = "of-the-test-" * 3


def test_every_operation_answers_as_described(start, tmp_path):
    unlimited = {"turns_per_minute": 0, "requests_per_minute": 0, "conversations_per_hour": 0}
    server = start(metrics_token=METRICS_TOKEN, **unlimited)
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    calls = tmp_path / "calls"
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "NAVI_FUZZ_URL": server.url,
        "NAVI_FUZZ_CALLS": str(calls),
        "NAVI_FUZZ_METRICS_TOKEN": METRICS_TOKEN,
        "PYTHONPATH": str(HERE),
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json"),
            *("--phases", "examples,coverage,fuzzing,stateful", "--mode", "all"),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--no-color", "--workers", "2"),
            *("--suppress-health-check", "all", "--continue-on-failure", "--no-shrink"),
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    made = calls.stat().st_size if calls.exists() else 0
    sys.stdout.write(f"{made} calls\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}")
    assert 0 == done.returncode
    assert made >= FEWEST_CALLS
