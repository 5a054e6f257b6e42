"""Fails. Inputs: why."""
import json
import sys

sys.exit(json.load(sys.stdin)["why"])
