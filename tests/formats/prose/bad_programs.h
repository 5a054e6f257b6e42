// Small programs with a mistake, and every diagnostic that is an error: its kind and place.
//
// Warnings are not listed.
#pragma once

#include <array>
#include <string_view>

namespace ws::prose {

struct BadProgram {
  std::string_view text;
  std::string_view found;  // "KIND line:column, …"
};

inline constexpr std::array kBadPrograms = {
    // Text.
    BadProgram{"session \"A", "E001 1:9"},
    BadProgram{"session \"\"\"\nA\n", "E001 1:9"},
    BadProgram{"session \"a\\q\"", "E002 1:11"},
    BadProgram{"session \"\"\"A\n\"\"\"", "E005 1:9"},
    BadProgram{"do:\n\tsession \"A\"\n", "E005 2:1"},
    BadProgram{"do:\n  session \"A\"\n\tsession \"B\"\n", "E005 3:1"},
    BadProgram{"do:\n    session \"A\"\n  session \"B\"\n", "E005 3:3"},
    BadProgram{"session \"A\"\nlet x = session \"B\"\n    session \"C\"\n", "E004 3:5"},
    BadProgram{"let x = \"a\"\n  session \"C\"\n", "E005 2:3"},
    BadProgram{"if **never closed:\n  session \"A\"\n", "E005 1:4"},
    BadProgram{"let x = [\"a\", \"b\"\nsession \"A\"\n", "E004 1:18"},
    // Statements.
    BadProgram{"sesion \"A\"", "E004 1:1"},
    BadProgram{"session", "E003 1:1"},
    BadProgram{"session:\n  model: opus\n", "E003 1:1"},
    BadProgram{"session A B", "E004 1:11"},
    BadProgram{"session \"A\" \"B\"", "E004 1:13"},
    BadProgram{"session \"A\"\n  prompt \"B\"\n", "E004 2:3"},
    BadProgram{"session \"A\" (3)", "E004 1:14"},
    BadProgram{"session \"A\" ->", "E004 1:15"},
    BadProgram{"let = session \"A\"", "E004 1:5"},
    BadProgram{"let x session \"A\"", "E004 1:7"},
    BadProgram{"let x =", "E004 1:8"},
    BadProgram{"agent:\n  model: opus\nsession \"A\"", "E004 1:6"},
    BadProgram{"agent r\n  model: opus\nsession \"A\"", "E004 1:8"},
    BadProgram{"block f(:\n  session \"A\"\nsession \"B\"", "E004 1:9"},
    BadProgram{"do\n  session \"A\"\n", "E004 1:3"},
    BadProgram{"do:\nsession \"A\"\n", "E005 1:4"},
    BadProgram{"repeat:\n  session \"A\"\n", "E004 1:7"},
    BadProgram{"for x [\"a\"]:\n  session \"A\"\n", "E004 1:7"},
    BadProgram{"loop until:\n  session \"A\"\n", "E005 1:11"},
    BadProgram{"if:\n  session \"A\"\n", "E005 1:3"},
    BadProgram{"if ** **:\n  session \"A\"\n", "E005 1:4"},
    BadProgram{"else:\n  session \"A\"\n", "E005 1:1"},
    BadProgram{"catch:\n  session \"A\"\n", "E005 1:1"},
    BadProgram{"try:\n  session \"A\"\n", "E005 1:1"},
    BadProgram{"try:\n  session \"A\"\ncatch:\n  session \"B\"\ncatch:\n  session \"C\"\n",
               "E005 5:1"},
    BadProgram{"choice **x**:\n  session \"A\"\n", "E004 2:3"},
    BadProgram{"choice **x**:\nsession \"A\"\n", "E005 1:1"},
    BadProgram{"[\"a\"] | sort: session \"A\"", "E004 1:9"},
    BadProgram{"[\"a\"] | reduce: session \"A\"", "E004 1:15"},
    // Declarations.
    BadProgram{"agent r:\n  model: gpt\nsession: r\n", "E008 2:10"},
    BadProgram{"session: nobody\n", "E007 1:10"},
    BadProgram{"agent r:\n  model: opus\nlet r = session \"A\"\n", "taken-id 3:5"},
    BadProgram{"let a = session \"A\"\nlet a = session \"B\"\n", "E019 2:5"},
    BadProgram{"let a = session \"A\"\nfor x in [\"1\"]:\n  let a = session \"{x}\"\n", "E019 3:7"},
    BadProgram{"parallel:\n  a = session \"A\"\n  a = session \"B\"\n", "E019 3:3"},
    BadProgram{"const a = \"1\"\na = session \"{a}\"\n", "contradiction 2:1"},
    BadProgram{"session \"A\"\ninput x: \"late\"\n", "E022 2:1"},
    BadProgram{"block f:\n  session \"A\"\nblock f:\n  session \"B\"\ndo f\n", "duplicate-id 3:7"},
    BadProgram{"do:\n  agent r:\n    model: opus\n  session \"A\"\n", "E005 2:3"},
    // Parallel.
    BadProgram{"parallel:\n  # nothing\nsession \"A\"\n", "empty-group 1:1"},
    BadProgram{"parallel (fastest):\n  session \"A\"\n", "bad-value 1:11"},
    BadProgram{"parallel (first, any):\n  session \"A\"\n", "conflicting-keys 1:18"},
    BadProgram{"parallel (on-fail: \"retry\"):\n  session \"A\"\n", "bad-value 1:20"},
    BadProgram{"parallel (on-fail: ignore, on-fail: continue):\n  session \"A\"\n", "E009 1:28"},
    BadProgram{"parallel (count: 1):\n  session \"A\"\n", "contradiction 1:11"},
    BadProgram{"parallel (any, count: 0):\n  session \"A\"\n", "out-of-range 1:23"},
    BadProgram{"parallel (any, count: 1.5):\n  session \"A\"\n", "wrong-type 1:23"},
    BadProgram{"parallel (any, count: 3):\n  session \"A\"\n  session \"B\"\n",
               "out-of-range 1:23"},
    BadProgram{"parallel (speed: 1):\n  session \"A\"\n", "unknown-key 1:11"},
    BadProgram{"parallel ():\n  session \"A\"\n", "E004 1:11"},
    BadProgram{"parallel:\n  a = session \"A\"\n  b = session \"B\"\n    context: a\n",
               "bad-reference 4:14"},
    // Numbers.
    BadProgram{"session \"A\"\n  retry: 0\n", "out-of-range 2:10"},
    BadProgram{"session \"A\"\n  retry: -1\n", "out-of-range 2:10"},
    BadProgram{"session \"A\"\n  retry: 1.5\n", "wrong-type 2:10"},
    BadProgram{"session \"A\"\n  retry: often\n", "wrong-type 2:10"},
    BadProgram{"session \"A\"\n  retry: 2\n  backoff: slow\n", "bad-value 3:12"},
    BadProgram{"repeat 0:\n  session \"A\"\n", "out-of-range 1:8"},
    BadProgram{"repeat \"many\":\n  session \"A\"\n", "wrong-type 1:8"},
    BadProgram{"loop (max: 0):\n  session \"A\"\n", "out-of-range 1:12"},
    // Names that stand for nothing.
    BadProgram{"session \"A\"\n  context: nothing\n", "bad-reference 2:12"},
    BadProgram{"session \"A {nothing}\"\n", "bad-reference 1:12"},
    BadProgram{"session \"A\"\n  context: { a, b }\n", "bad-reference 2:14, bad-reference 2:17"},
    BadProgram{"session \"{a}\"\nlet a = session \"A\"\n", "bad-reference 1:10"},
    BadProgram{"for x in list:\n  session \"{x}\"\n", "bad-reference 1:10"},
    BadProgram{"for x in \"text\":\n  session \"{x}\"\n", "wrong-type 1:10"},
    BadProgram{"do nothing\n", "bad-reference 1:4"},
    BadProgram{"nothing(x: 1)\n", "E025 1:1"},
    BadProgram{"try:\n  session \"A\"\ncatch as e:\n  session \"{e}\"\nsession \"{e}\"\n",
               "bad-reference 5:10"},
    BadProgram{"block f(x):\n  session \"{x}\"\ndo f\n", "missing-key 3:4"},
    BadProgram{"block f:\n  do g\nblock g:\n  do f\ndo f\n", "cycle 4:6"},
    BadProgram{"block f:\n  do f\nsession \"A\"\n", "cycle 2:6"},
    BadProgram{"block f:\n  session \"{nothing}\"\nsession \"A\"\n", "bad-reference 2:12"},
    // Several at once.
    BadProgram{"sesion \"A\"\nsession \"B\n  retry: 0\nparallel:\n# no\nsession: who\n",
               "E004 1:1, E001 2:9, out-of-range 3:10, empty-group 4:1, E007 6:10"},
    BadProgram{"lett a = session \"A\"\nsession \"{a}\"\n", "E004 1:1"},
    BadProgram{"", "empty-file 1:1"},
    BadProgram{"# nothing\n", "empty-file 1:1"},
};

}  // namespace ws::prose
