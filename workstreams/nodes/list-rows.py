"""Makes the rows of a data set. Inputs: count."""
import json
import sys

inputs = json.load(sys.stdin)
print(json.dumps({"rows": list(range(1, inputs["count"] + 1)), "kind": inputs.get("kind", "numbers")}))
