"""Sums its part of the rows; an empty part is a mistake. Inputs: id, rows, from, to."""
import json
import sys

inputs = json.load(sys.stdin)
part = inputs["rows"][inputs["from"]:inputs["to"]]
if not part:
    sys.exit(f"chunk {inputs['id']} is empty")
print(json.dumps({"id": inputs["id"], "count": len(part), "sum": sum(part)}))
