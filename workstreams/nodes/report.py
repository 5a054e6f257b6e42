"""Hands its inputs on: what a workflow came to."""
import json
import sys

print(json.dumps(json.load(sys.stdin)))
