"""workstreams/broken/: what `validate` says of each file is kept in tests/golden/broken/, and `run` starts nothing.

WORKSTREAM_APPROVE=1 rewrites the golden files; review the diff as text.
"""

import os
import shutil

import support

BROKEN = support.ROOT / "workstreams" / "broken"
GOLDEN = support.ROOT / "tests" / "golden" / "broken"

# Files that are only warned about: `validate` exits with 0, and so does what `run` would do …
WARNED = {"ambiguous-result.yaml", "duplicate-dependency.yaml", "manual-test.yaml", "scope-overlap.yaml", "undeclared_skill.kata",
          "unknown-key.yaml", "unused_requirement.kata", "unusual-id.yaml",
          "unusual-value.yaml"}
# … but of these `run` knows more, and refuses with this code.
REFUSED_BY_RUN = {"manual-step.yaml": 5, "missing-workstream.yaml": 2, "unknown-tool.yaml": 5,
                  **{f"W{number:03}.prose": 5 for number in range(1, 11)}}


class BrokenFiles(support.ProjectTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(BROKEN, self.project / "broken")
        self.env.pop("WORKSTREAM_BROKEN_EXAMPLE", None)

    def test_validate_says_what_is_kept(self):
        for name in sorted(os.listdir(BROKEN)):
            with self.subTest(name):
                finished = self.call("validate", f"broken/{name}")
                is_fine = name in WARNED or name in REFUSED_BY_RUN
                self.assertEqual(finished.code, 0 if is_fine else 2, str(finished))
                self.assert_as_kept(finished.err + finished.out, GOLDEN / f"{name}.txt")

    def test_nothing_is_kept_of_files_that_are_gone(self):
        self.assertEqual({path.name for path in GOLDEN.iterdir()}, {f"{name}.txt" for name in os.listdir(BROKEN)})

    def test_strict_makes_errors_of_warnings(self):
        for name in sorted(WARNED):
            with self.subTest(name):
                self.expect(2, "validate", f"broken/{name}", "--strict")

    def test_run_starts_nothing(self):
        for name in sorted(set(os.listdir(BROKEN)) - WARNED):
            with self.subTest(name):
                finished = self.expect(REFUSED_BY_RUN.get(name, 2), "run", f"broken/{name}")
                self.assertIn(": error: ", finished.err)
                self.assertEqual(finished.out, "")
        self.assertFalse((self.project / ".worktrees").exists())


if __name__ == "__main__":
    support.main()
