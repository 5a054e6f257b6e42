"""check_floors itself: a small house in order passes, and each way of breaking a rule is found."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_floors"
OPENING = "// A thing.\n// Knows nothing of the world.\n#pragma once\n"


def check(files):
    """Lays the files in an empty house (over a clean one) and returns check_floors' exit code and lines."""
    clean = {
        "scheduler/base/text.h": OPENING,
        "scheduler/platform/child.h": OPENING + "#include <boost/asio.hpp>\n#include <unistd.h>\n",
        "scheduler/model/plan.h": OPENING + '#include <vector>\n#include <fmt/format.h>\n#include "base/text.h"\n',
        "scheduler/model/graph.cpp": "#include <boost/graph/topological_sort.hpp>\n",
        "scheduler/engine/engine.h": OPENING + '#include "model/plan.h"\n',
        "scheduler/store/store.cpp": "#include <sqlite3.h>\n#include <nlohmann/json.hpp>\n",
        "scheduler/cli/main.cpp": '#include <CLI/CLI.hpp>\n#include "engine/engine.h"\nauto now = steady_clock::now();\n',
        "tests/base/text_test.cpp": '#include "base/text.h"\n',
    }
    with tempfile.TemporaryDirectory(prefix="a house ") as root:
        for name, text in {**clean, **files}.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        result = subprocess.run([sys.executable, CHECK, "--root", root], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout.splitlines()


class CheckFloors(unittest.TestCase):
    def test_a_house_in_order_passes(self):
        self.assertEqual(check({}), (0, []))

    def assert_found(self, files, *expected):
        code, lines = check(files)
        self.assertEqual(code, 1, lines)
        self.assertEqual(len(lines), len(expected), lines)
        for line, text in zip(lines, expected):
            self.assertIn(text, line)

    def test_a_floor_includes_upwards(self):
        self.assert_found({"scheduler/model/plan.cpp": '\n#include "engine/engine.h"\n'},
                          'scheduler/model/plan.cpp:2: floor model must not include "engine/engine.h"')

    def test_formats_and_engine_never_meet(self):
        self.assert_found({"scheduler/formats/reader.cpp": '#include "engine/engine.h"\n'}, "floor formats must not include")

    def test_siblings_never_see_each_other(self):
        self.assert_found(
            {"scheduler/store/store.h": OPENING,
             "scheduler/report/plain.cpp": '#include "store/store.h"\n',
             "scheduler/executors/local.cpp": '#include "store/store.h"\n'},
            "floor executors must not include", "floor report must not include")

    def test_the_engine_does_not_know_the_platform(self):
        self.assert_found({"scheduler/engine/engine.cpp": '#include "platform/child.h"\n'}, "floor engine must not include")

    def test_an_inline_function_stands_in_one_header(self):
        one = OPENING + "[[nodiscard]] inline bool is_letter(char c) { return c != '_'; }\n"
        other = OPENING + "constexpr bool is_letter(char c) { return true; }\nconstexpr bool is_letter(int c) { return true; }\n"
        self.assert_found({"scheduler/base/a.h": one, "scheduler/base/b.h": other},
                          "scheduler/base/b.h:4: 'is_letter' is an inline function of scheduler/base/a.h too")

    def test_third_party_headers_have_one_place(self):
        for place, header in [
                ("model/lower.cpp", "boost/graph/graph_traits.hpp"), ("executors/local.cpp", "boost/process/v2.hpp"),
                ("engine/loop.cpp", "boost/asio/io_context.hpp"), ("cli/run.cpp", "yaml-cpp/yaml.h"),
                ("model/read.cpp", "simdjson.h"), ("engine/event.cpp", "nlohmann/json.hpp"),
                ("report/history.cpp", "sqlite3.h"), ("report/options.cpp", "CLI/CLI.hpp"),
                ("model/pattern.cpp", "re2/re2.h"), ("base/list.cpp", "boost/container/flat_map.hpp")]:
            with self.subTest(header):
                self.assert_found({f"scheduler/{place}": f"#include <{header}>\n"}, f"<{header}> belongs only in")

    def test_an_unknown_library_is_found(self):
        self.assert_found({"scheduler/cli/run.cpp": "#include <spdlog/spdlog.h>\n"}, "in no row of")

    def test_our_includes_name_the_floor(self):
        self.assert_found({"scheduler/cli/run.cpp": '#include "options.h"\n'}, "is not a file under scheduler/")

    def test_thinking_floors_reach_no_world(self):
        self.assert_found({"scheduler/engine/engine.cpp": "#include <fstream>\n#include <sys/wait.h>\n"},
                          "through <fstream>", "through <sys/wait.h>")

    def test_paths_are_arithmetic_but_the_disk_is_the_world(self):
        self.assertEqual(check({"scheduler/model/a.cpp": "#include <filesystem>\nstd::filesystem::path p;\n"}), (0, []))
        self.assert_found({"scheduler/model/a.cpp": "bool b = std::filesystem::exists(p);\n"}, "must not ask the disk")

    def test_a_configured_header_counts(self):
        self.assertEqual(check({"scheduler/cli/version.h.in": "", "scheduler/cli/a.cpp": '#include "cli/version.h"\n'}), (0, []))

    def test_time_environment_and_chance_come_as_arguments(self):
        for call in ("std::getenv(\"HOME\")", "std::chrono::system_clock::now()", "std::random_device()()",
                     "std::filesystem::current_path()"):
            with self.subTest(call):
                self.assert_found({"scheduler/report/plain.cpp": f"auto x = {call};\n"}, "belongs only in cli/ and platform/")

    def test_comments_and_strings_are_not_code(self):
        text = '// #include "engine/engine.h" and getenv("HOME")\n/*\n#include <sqlite3.h>\n*/\nauto s = "getenv(1)";\n'
        self.assertEqual(check({"scheduler/model/plan.cpp": text}), (0, []))

    def test_a_header_says_what_it_is_not(self):
        self.assert_found({"scheduler/base/a.h": "// A thing.\n// It is fine.\n#pragma once\n"}, "does not say what")
        self.assert_found({"scheduler/base/a.h": "// Not much.\n#pragma once\n"}, "at least two lines")
        self.assert_found({"scheduler/base/a.h": "// A thing.\n// Knows nothing.\n"}, "no #pragma once")

    def test_four_hundred_lines_are_the_ceiling(self):
        self.assertEqual(check({"tests/base/long_test.cpp": "\n" * 400}), (0, []))
        self.assert_found({"tests/base/long_test.cpp": "\n" * 401}, "401 lines")

    def test_sixty_lines_are_the_limit_of_a_function(self):
        lines = "  act();\n"
        self.assertEqual(check({"scheduler/base/a.cpp": f"void a() {{\n{lines * 58}}}\nvoid b() {{\n{lines * 58}}}\n"}), (0, []))
        for opening in ("void a() {", "TEST_CASE(\"a {\") {", "int a() const {", "auto a() -> std::vector<int> {",
                        "Thing::Thing() : a_(1), b_{2} {", "class A {\n  void a() {"):
            with self.subTest(opening):
                closing = "}\n" * opening.count("\n") + "}\n"
                self.assert_found({"scheduler/base/a.cpp": f"int before;\n{opening}\n{lines * 59}{closing}"},
                                  f"a.cpp:{2 + opening.count(chr(10))}: a function of 61 lines; 60 is the limit")

    def test_what_stands_inside_a_function_counts(self):
        lines = "    act();\n" * 59
        for opening in ("if (a) {", "do {", "switch (a) {\n    case 1: {\n    }", "run([&] {", "auto run = [](int a) mutable {"):
            with self.subTest(opening):
                self.assert_found({"scheduler/base/a.cpp": f"void a() {{\n  {opening}\n{lines}  }}\n}}\n"}, "a function of 6")

    def test_the_rows_of_a_table_do_not_count(self):
        rows = '    {"a", {1, 2}},\n' * 100
        for opening in ("const Case cases[] = {", "for (const char* line : {", "std::array<Case, 100> all{", "use({"):
            with self.subTest(opening):
                self.assertEqual(check({"tests/base/a.cpp": f"void a() {{\n  {opening}\n{rows}  }};\n}}\n"}), (0, []))
        self.assertEqual(check({"tests/base/a.cpp": f"class A {{\n  int a[] = {{\n{rows}  }};\n}};\n"}), (0, []))

    def test_a_folder_that_is_no_floor(self):
        self.assert_found({"scheduler/utils/misc.h": OPENING}, "'utils' is no floor of the house")

    def test_all_findings_at_once(self):
        self.assert_found({"scheduler/model/a.cpp": '#include "cli/x.h"\n', "scheduler/model/b.cpp": "#include <sqlite3.h>\n"},
                          "a.cpp:1", "b.cpp:1")

    def test_no_scheduler_is_an_error(self):
        with tempfile.TemporaryDirectory() as root:
            result = subprocess.run([sys.executable, CHECK, "--root", root], capture_output=True, check=False)
        self.assertEqual(result.returncode, 2)


if __name__ == "__main__":
    unittest.main()
