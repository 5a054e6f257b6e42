// Small programs that load without an error, and what becomes of them.
//
// Not examples of style. `outline` lists the sequence of the program: steps by id, groups as
// id(member, …), with a letter for what is not plain: s sequential, c/f catch and finally.
#pragma once

#include <array>
#include <string_view>

namespace ws::prose {

struct GoodProgram {
  std::string_view text;
  std::string_view outline;
};

inline constexpr std::array kGoodPrograms = {
    // Sessions.
    GoodProgram{"session \"A\"", "session-1"},
    GoodProgram{"session \"A\"\r\nsession \"B\"\r\n", "session-1, session-2"},
    GoodProgram{"# note\n\nsession \"A\" # behind\n#\n", "session-1"},
    GoodProgram{"session \"A # no comment\"", "session-1"},
    GoodProgram{"session \"\"\"\nmany\n  lines\n\"\"\"", "session-1"},
    GoodProgram{"session \"A\":\n  model: opus\n", "session-1"},
    GoodProgram{"session \"A\" (retry: 3)", "session-1"},
    GoodProgram{"session \"A\" (retry: 3, backoff: \"linear\")", "session-1"},
    GoodProgram{"session \"A\"\n  retry: 2\n  backoff: exponential\n", "session-1"},
    GoodProgram{"session \"A\" model: haiku\n", "session-1"},
    GoodProgram{"session:\n  prompt: \"A\"\n", "session-1"},
    GoodProgram{"agent r:\n  model: opus\nsession: r\n", "session-1"},
    GoodProgram{"agent r:\n  prompt: \"be kind\"\nsession: r\n  prompt: \"A\"\n", "session-1"},
    GoodProgram{"session: r\n  prompt: \"A\"\nagent r:\n  model: \"opus\"\n", "session-1"},
    GoodProgram{"agent r:\n  model: opus\nsession look: r\n", "look"},
    GoodProgram{"session look:\n  prompt: \"A\"\nsession \"B\"\n  context: look\n",
                "look, session-1"},
    GoodProgram{"agent r:\n  persist: true\nsession: r\nresume: r\n  prompt: \"on\"\n",
                "session-1, session-2"},
    GoodProgram{"agent r:\n  permissions:\n    bash: deny\n    read: [\"*.md\"]\nsession: r\n",
                "session-1"},
    GoodProgram{"import \"pdf\" from \"./pdf\"\nagent r:\n  skills: [\"pdf\"]\nsession: r\n",
                "session-1"},
    GoodProgram{"session \"A\" -> session \"B\" -> session \"C\"",
                "session-1, session-2, session-3"},
    GoodProgram{"session \"A\"\n  -> session \"B\"\n", "session-1, session-2"},
    GoodProgram{"let w = session \"A\" -> session \"B\"\nsession \"{w}\"",
                "w(s: session-1, session-2), session-3"},
    // Names.
    GoodProgram{"let a = session \"A\"\na = session \"B\"\nsession \"{a}\"", "a, a-2, session-1"},
    GoodProgram{"const a = \"text\"\nsession \"{a}\"", "session-1"},
    GoodProgram{"x = session \"A\"\nsession \"B\"\n  context: x\n", "x, session-1"},
    GoodProgram{"let a-b = session \"A\"\nsession \"{a-b}\"", "a-b, session-1"},
    GoodProgram{"let a = 3\nlet b = true\nlet c = null\nsession \"{a} {b} {c} {} \\{x\\}\"",
                "session-1"},
    GoodProgram{"let a = { x: 1, y: \"two\" }\nsession \"{a.y}\"\n  context: a.x\n", "session-1"},
    GoodProgram{"let a = [\n  \"x\",  # first\n  \"y\",\n]\nsession \"A\"\n  context: a\n",
                "session-1"},
    GoodProgram{"input topic: \"what\"\nsession \"{topic}\"", "session-1"},
    GoodProgram{"input topic: **what to say**\nconst u = \"x\"\ninput more: \"y\"\n"
                "session \"{topic}{more}{u}\"",
                "session-1"},
    GoodProgram{"output report = session \"A\"", "report"},
    GoodProgram{"let a = session \"A\"\noutput b = a", "a"},
    GoodProgram{"let a = session \"A\"\noutput b = { a, kind: \"x\" }", "a, b"},
    GoodProgram{"let { x, y } = session \"A\"\nsession \"{x} {y}\"", "session-1, session-2"},
    GoodProgram{"let a = session \"A\"\nsession \"{a.title}\"", "a, session-1"},
    // Context.
    GoodProgram{"let a = session \"A\"\nsession \"B\"\n  context: []\n", "a, session-1"},
    GoodProgram{"let a = session \"A\"\nsession \"B\"\n  context: { first: a, a }\n",
                "a, session-1"},
    GoodProgram{"session \"B\"\n  context: \"docs/\"\n", "session-1"},
    // Parallel.
    GoodProgram{"parallel:\n  session \"A\"\n  session \"B\"\n",
                "parallel-1(session-1, session-2)"},
    GoodProgram{"parallel:\n  session \"A\"\n", "parallel-1(session-1)"},
    GoodProgram{"parallel:\n  parallel:\n    session \"A\"\n    session \"B\"\n  session \"C\"\n",
                "parallel-1(parallel-2(session-1, session-2), session-3)"},
    GoodProgram{"parallel (first):\n  session \"A\"\n  session \"B\"\n",
                "parallel-1(session-1, session-2)"},
    GoodProgram{"parallel (\"any\", count: 2, on-fail: \"ignore\"):\n  a = session \"A\"\n"
                "  let b = session \"B\"\nsession \"C\"\n  context: { a, b }\n",
                "parallel-1(a, b), session-1"},
    GoodProgram{"parallel (on-fail: continue, regardless):\n  session \"A\"\n  session \"B\"\n",
                "parallel-1(session-1, session-2), parallel-1.records"},
    GoodProgram{"let all = parallel:\n  session \"A\"\n  session \"B\"\nsession \"C\"\n"
                "  context: all\n",
                "all(session-1, session-2), session-3"},
    GoodProgram{"parallel:\n  do:\n    session \"A\"\n    session \"B\"\n  session \"C\"\n",
                "parallel-1(do-1(s: session-1, session-2), session-3)"},
    GoodProgram{"parallel:\n  a = try:\n    session \"A\"\n  catch:\n    session \"B\"\n"
                "session \"{a}\"\n",
                "parallel-1(a(s: session-1; c session-2)), session-3"},
    // Blocks.
    GoodProgram{"do:\n  session \"A\"\n  session \"B\"\n", "do-1(s: session-1, session-2)"},
    GoodProgram{"do f\nblock f:\n  session \"A\"\n", "f(s: f.session-1)"},
    GoodProgram{"block f(x, y):\n  session \"{x} {y}\"\ndo f(\"1\", \"2\")\ndo f(\"3\", \"4\")\n",
                "f(s: f.session-1), f-2(s: f-2.session-1)"},
    GoodProgram{"block f():\n  output session \"A\"\nlet r = do f()\nsession \"{r}\"\n",
                "r(s: r.session-1), session-1"},
    GoodProgram{"block f(x):\n  let y = session \"{x}\"\n  output z = y\nblock g:\n"
                "  do f(\"1\")\ndo g\n",
                "g(s: g.f(s: g.f.y))"},
    GoodProgram{"block never(x):\n  session \"{x}\"\nsession \"A\"\n", "session-1"},
    GoodProgram{"use \"@ada/research\" as r\nlet x = r(topic: \"tea\")\nsession \"{x.findings}\"\n",
                "x, session-1"},
    // Loops.
    GoodProgram{"repeat 2:\n  session \"A\"\n", "repeat-1(s: session-1, session-2)"},
    GoodProgram{"repeat 2 as i:\n  session \"A\"\n    context: i\n",
                "repeat-1(s: session-1, session-2)"},
    GoodProgram{"for x in [\"a\", \"b\"]:\n  session \"{x}\"\n", "for-1(s: session-1, session-2)"},
    GoodProgram{"let l = [\"a\"]\nfor x, i in l:\n  session \"{i} {x}\"\n", "for-1(s: session-1)"},
    GoodProgram{"for x in []:\n  session \"{x}\"\nsession \"B\"\n", "session-1"},
    GoodProgram{"parallel for x in [\"a\", \"b\"] (on-fail: continue):\n  session \"{x}\"\n"
                "  session \"again {x}\"\n",
                "parallel-1(parallel-1.item(s: session-1, session-2), "
                "parallel-1.item-2(s: session-3, session-4))"},
    GoodProgram{"input l: \"list\"\nparallel for x in l:\n  session \"{x}\"\n", "session-1"},
    GoodProgram{"let l = session \"A\"\nfor x in l.parts:\n  session \"{x}\"\n", "l, session-1"},
    GoodProgram{"loop (max: 3):\n  session \"A\"\n", "loop-1(s: session-1)"},
    GoodProgram{"loop until **done**:\n  session \"A\"\n", "loop-1(s: session-1, loop-1.judge)"},
    GoodProgram{"loop while ***not\n  yet***(max: 3):\n  session \"A\"\n",
                "loop-1(s: loop-1.judge, session-1)"},
    GoodProgram{"loop until all is well (max: 3) as i:\n  session \"A\"\n",
                "loop-1(s: session-1, loop-1.judge)"},
    GoodProgram{"let d = session \"A\"\nloop until **good** (max: 2):\n  d = session \"{d}\"\n"
                "session \"{d}\"\n",
                "d, loop-1(s: d-2, loop-1.judge, d-3, loop-1.judge-2), session-1"},
    // Conditions.
    GoodProgram{"if **x**:\n  session \"A\"\n", "if-1(s: if-1.judge, session-1)"},
    GoodProgram{"if the tests pass:\n  session \"A\"\nelif **y** or z:\n  session \"B\"\n"
                "else:\n  session \"C\"\n",
                "if-1(s: if-1.judge, session-1, if-1.judge-2, session-2, session-3)"},
    GoodProgram{"let a = session \"A\"\nif **{a} is long**:\n  a = \"short\"\nsession \"{a}\"\n",
                "a, if-1(s: if-1.judge, a-2), session-1"},
    GoodProgram{"choice **which**:\n  option \"One\":\n    session \"A\"\n  option \"Two\":\n"
                "    session \"B\"\n    session \"C\"\n",
                "choice-1(s: choice-1.judge, choice-1.label, session-1, "
                "choice-1.option-2(s: session-2, session-3), choice-1.no-option)"},
    // Mistakes of the run.
    GoodProgram{"try:\n  session \"A\"\ncatch as e:\n  session \"B\"\n    context: e\nfinally:\n"
                "  session \"C\"\n",
                "try-1(s: session-1; c session-2; f session-3)"},
    GoodProgram{"try:\n  session \"A\"\nfinally:\n  session \"B\"\n  session \"C\"\n",
                "try-1(s: session-1; f try-1.finally(s: session-2, session-3))"},
    GoodProgram{"try:\n  throw \"no\"\ncatch:\n  throw\n", "try-1(s: throw-1; c throw-2)"},
    GoodProgram{"throw", "throw-1"},
    // Pipes.
    GoodProgram{"let r = [\"a\", \"b\"] | map:\n  session \"{item}\"\nsession \"{r}\"\n",
                "r(s: session-1, session-2), session-3"},
    GoodProgram{"[\"a\", \"b\"] | pmap: session \"{item}\"", "pmap-1(session-1, session-2)"},
    GoodProgram{"let r = [\"a\", \"b\"] | reduce(all, x):\n  session \"{all} {x}\"\n",
                "r(s: session-1)"},
    GoodProgram{"let r = [\"a\"]\n  | filter: session \"ok? {item}\"\n  | map:\n"
                "      session \"{item}\"\nsession \"B\"\n  context: r\n",
                "filter-1(s: session-1, filter-1.answer, filter-1.kept), "
                "r(s: r.item(s: session-2, r.kept)), session-3"},
    GoodProgram{"let l = session \"A\"\nlet r = l | pmap:\n  session \"{item}\"\nsession \"{r}\"\n",
                "l, r, session-1"},
};

}  // namespace ws::prose
