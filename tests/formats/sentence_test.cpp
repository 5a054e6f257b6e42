#include "formats/sentence.h"

#include "support/catch.h"

namespace ws {
namespace {

TEST_CASE("commands are commands") {
  const char* const kCommands[] = {
      "test -s out.bin",
      "pytest -q",
      "python -c \"import x; print('passes without errors')\"",
      "grep -r 'X' . --include='*.md' | wc -l",
      "ls gui/",
      "! grep foo bar",
      "[ -f x ]",
      "cd x && make",
      "FOO=1 make test",
      "./run.sh",
      "npm run build",
      "go test ./...",
      "Invoke-Pester -Path tests",
      "Invoke-Pester -Path tests -Output Detailed",
      "Test-Path docs/x.md",
      "pwsh -NoProfile -Command \"Invoke-Pester\"",
      "echo all tests pass",
      "grep -q passes log.txt",
      "pytest -k passes",
      "make all",
      "make check",
      "mytool check --all",
      "mytool",
      "mytool --flag value",
      "foo bar",
      "cat reports",
      "mkdir reports",
      "ls reports/",
      "true",
      "python scripts/validate.py --strict",
      "if [ -f x ]; then echo y; fi",
      "for f in *.md; do test -s $f; done",
      "test \"$(wc -l < x)\" -gt 3",
      "diff a b",
      "git diff --exit-code",
      "find . -name '*.py'",
      "bash -c 'exit 0'",
      "powershell -File x.ps1",
      "node -e \"require('x')\"",
      "check --all",
      "(cd x; make)",
      "test -d docs && test -f docs/x.md",
      "curl -fsS http://localhost/health",
      "sort <in.txt >out.txt",
      "python -m mypy src --strict",
      "scripts/check_all.sh",
      "venv/bin/python -m pytest",
      "dotnet test --no-build",
      "cargo test --all",
      "terraform validate",
      "unittest discover",
      "bundle exec rspec",
      "{ ls; }",
      "which pytest",
      "python -m json.tool x.json > /dev/null",
      "wc -l < docs/x.md",
      "test x = y",
      "test $X",
      "coverage report --fail-under=80",
      "markdownlint docs/",
      "ws validate",
      "workstream validate x.yaml",
      "python -c \"import examples.hello_world; print('Import OK')\"",
      "python examples/hello_world.py",
      "python -c \"from examples.math_utils import add; assert add(2,3) == 5\"",
      "python -c \"from examples.string_utils import reverse; assert reverse('hello') == 'olleh'\"",
      "python -c \"from examples.file_utils import ensure_dir; import pathlib; "
      "ensure_dir(pathlib.Path('test'))\"",
      "python -c \"from examples.data_processor import DataProcessor; assert DataProcessor\"",
      "python -c \"from examples.data_validator import DataValidator; assert DataValidator\"",
      "python -c \"from examples.data_reporter import Reporter; assert Reporter\"",
      "grep -r 'PHASE_DEV_DOCS/' . --include='*.md' | wc -l",
      "grep -r 'GUI_PIPELINE' . --include='*.md' | wc -l",
      "pytest --collect-only",
      "ls infra/ci/",
      "python -c 'from aim.bridge import *'",
      "python scripts/aim_status.py",
      "ls pm/",
      "python -c 'from pm.integrations.github_sync import *'",
      "python -c 'from aider.engine import run_aider_edit'",
      "ls aider/templates/",
      "ls spec/tools/",
      "python scripts/generate_spec_index.py --help",
      "python -m src.pipeline.openspec_parser --change-id test-001 --generate-bundle",
      "python scripts/generate_workstreams_from_openspec.py --bundle "
      "bundles/openspec-test-001.yaml --echo",
      "python scripts/validate_workstreams.py",
      "tool runs list",
      "git commit -m 'tests pass'",
      "7z t a.7z",
      "wsl make",
      "! test -e x",
      "~/bin/check",
      "sh -c 'if true; then :; fi'",
      "VAR=1 OTHER=2 ./run",
      "python3 -m unittest",
      "date",
      "mytool exports x",
      // an operator behind a known program
      "echo the reason it failed; exit 1",
      "echo the reason it failed && exit 1",
      "cat the file | wc -l",
      "cat the file > out",
      "cat the file >out",
      "cat the file > 1.txt",
      "cat the file > 1",
      "cat the file 2>&1",
      "grep the log || true",
      "sleep 5 & echo it is done",
      "npm run is\nnpm run build",
      "pytest passes; exit 1",
      // echo and printf print sentences
      "echo the reason it failed",
      "printf the reason it failed",
      // a path, or an interpreter and its script
      "./check.sh it is the one",
      "scripts/check.sh that it is the one",
      "/usr/bin/check the files that exist",
      "../check is it",
      "sh check.sh that the file is there",
      "sh -e check.sh that the file is there",
      "bash scripts/check.sh is the file there",
      "python3 check.py the file must exist",
      "node check.js the file is there",
      "check.sh it is the one",
      // an option or a path behind an introduction
      "ls the docs/",
      "sort -u the file",
      // comments
      "false # this should never pass",
      "pytest -q # must pass without errors",
      "mytool # this should never pass",
      "true #this is it",
      "make check # <number> tests pass",
      "make check # it's fine",
      "# the tests must pass\npytest -q",
      "echo 'a # b' is; exit 1",
      "curl http://localhost/#top",
  };
  for (const char* text : kCommands) {
    const auto reason = why_prose(text);
    INFO(text << " <- " << reason.value_or(""));
    CHECK_FALSE(reason);
  }
}

TEST_CASE("sentences are prose") {
  const char* const kSentences[] = {
      "All unit tests pass",
      "Verify no broken links",
      "API returns 200 for valid input",
      "Coverage >= 80%",
      "coverage >= 80%",
      "pytest passes with no failures",
      "No TODO comments remain in src/",
      "ruff check . reports no errors",
      "File exists: docs/x.md",
      "file exists: docs/x.md",
      "User can log in",
      "make sure…",
      "make sure the build is green",
      "<number> tests collected",
      "- pytest passes",
      "`pytest -q` passes",
      "mypy src/ returns no errors",
      "npm test succeeds",
      "test that it works",
      "test coverage above 80%",
      "documentation is complete",
      "python -m pytest tests/ passes",
      "all links work.",
      "run pytest -q",
      "Run `pytest`",
      "check the logs",
      "docs/README.md exists",
      "src/foo.py compiles without errors",
      "tests/test_x.py passes",
      "0 errors reported",
      "if the user logs in, a token is returned",
      "for each file there is a test",
      "pytest collects <n> tests",
      "git status shows clean working tree",
      "Import of module works without errors",
      "linting passes",
      "no regressions in benchmark suite",
      "grep finds no TODO",
      "performance within 10% of baseline",
      "schema validates",
      "JSON is valid",
      "Manual review by team lead",
      "security scan clean",
      "database migrations applied",
      "script exits with 0",
      "python script runs without errors",
      "docker build succeeds",
      "cargo build completes without warnings",
      "Tests pass; docs updated",
      "make certain that it builds",
      "All of: a, b, c",
      "documentation updated for the new flags",
      "everything works as before",
      "the build is green",
      "Zero warnings",
      "check whether it works",
      // known programs in sentences without an operator, an option or a path
      "pytest tests must pass",
      "cat the file",
      "sort the list",
      // never a command, whatever follows
      "make sure the build is green; the docs too",
      "make sure that docs/x.md exists",
      "test that it works; and the docs",
      "test the page in docs/",
      // statements about a file
      "./check.sh passes",
      "docs/README.md is complete",
      "docs/a.md and docs/b.md exist",
      "src/ has no warnings",
      "tests/test_x.py is green",
      "sh check.sh passes",
      "python scripts/x.py runs without errors",
      // comparisons are no redirections
      "coverage > 80%",
      "coverage report shows > 80 %",
      "pytest coverage is -> 80%",
      // a number, not a comment
      "issue #5 is fixed",
      "bug #12 must not return",
      // a comment alone checks nothing
      "# all tests pass",
      "#todo",
      "# one\n  # two\n",
      "all links work # by hand",
      "Doesn't crash on empty input",
      "doesn't crash on empty input",
      "",
      "  ",
  };
  for (const char* text : kSentences) {
    INFO(text);
    CHECK(why_prose(text));
  }
}

TEST_CASE("the reason names what was seen") {
  CHECK(why_prose("<number> tests collected") == "'<number>' is a placeholder");
  CHECK(why_prose("pytest passes with no failures") == "it reads as a sentence ('passes with')");
  CHECK(why_prose("Verify no broken links") == "'Verify' is a word, not a program");
  CHECK(why_prose("  ") == "it is empty");
  CHECK(why_prose("# all tests pass") == "it is only a comment");
}

TEST_CASE("placeholders are told from redirections and quoted text") {
  CHECK(placeholder_in("expect <number> of <things>") == "<number>");
  CHECK(placeholder_in("sort < in > out").empty());
  CHECK(placeholder_in("grep '<div>' x.html").empty());
  CHECK(placeholder_in("a << b >> c").empty());
  CHECK(placeholder_in("").empty());
  CHECK(placeholder_in("<").empty());
}

}  // namespace
}  // namespace ws
