"""The sum of one part; which one the name of the spawned kata says. The second part is broken."""
import json
import sys

variables = json.load(sys.stdin)["inputs"]
number = int(variables["childName"].removeprefix("chunk").removesuffix("_result"))
if number == 2:
    sys.exit("part 2 cannot be read")
print(json.dumps({"sum": sum(variables["phases"]["partition"]["chunks"][number - 1])}))
