"""Files that our READMEs, decisions and C++ comments name are there: a name outlives its file unless somebody looks."""

import fnmatch
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOPS = ("scheduler", "scripts", "tests", "tools", "workstreams")
FLOORS = {path.name for path in (ROOT / "scheduler").iterdir() if path.is_dir()}
FILES = {path.relative_to(ROOT).as_posix() for top in TOPS for path in (ROOT / top).rglob("*") if "__pycache__" not in path.parts}
BASENAMES = {name.rpartition("/")[2] for name in FILES}

QUOTED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
COMMENT = re.compile(r"//[^\n]*")
# `engine/engine.h`, `left_by.{h,cpp}`, `scripts/test`, `tests/golden/*`; what a comment calls "cli/run.cpp".
SOURCE = re.compile(r"[\w./*-]*\w\.(?:h|cpp|\{h,cpp\})(?![\w/])")
PLACE = re.compile(rf"(?:{'|'.join([*TOPS, *sorted(FLOORS)])})/[\w./*{{}},-]+")


def is_there(name, beside=""):
    name = name.replace("{h,cpp}", "h").rstrip("/.")
    if "/" not in name:
        return any(fnmatch.fnmatch(known, name) for known in BASENAMES)
    places = [name, *(f"{place}/{name}" for place in (beside, "scheduler", "tests", "tests/support") if place)]
    return any(place in FILES or place in TOPS or ("*" in place and fnmatch.filter(FILES, place)) for place in places)


def lines_with(pattern, text):
    """(line, what was found) of each match, or of its first group."""
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(pattern.groups and 1)


class Names(unittest.TestCase):
    def assert_there(self, path, line, name):
        beside = path.relative_to(ROOT).parent.as_posix()
        self.assertTrue(is_there(name, "" if beside == "." else beside), f"{path.relative_to(ROOT)}:{line}: no file '{name}'")

    def test_of_the_readmes(self):
        pages = [page for page in ROOT.glob("*.md")] + [ROOT / name for name in FILES if name.endswith(".md")]
        self.assertGreater(len(pages), 5)
        for page in sorted(pages):
            text = page.read_text(encoding="utf-8")
            for line, target in lines_with(LINK, text):
                if "://" not in target:
                    with self.subTest(target):
                        self.assertTrue((page.parent / target).exists(), f"{page.relative_to(ROOT)}:{line}: no file '{target}'")
            for line, words in lines_with(QUOTED, text):
                for word in words.split():
                    if SOURCE.fullmatch(word) or (PLACE.fullmatch(word) and word.startswith(TOPS)):
                        with self.subTest(word):
                            self.assert_there(page, line, word)

    def test_of_the_comments(self):
        sources = [ROOT / name for name in FILES if name.endswith((".h", ".cpp"))]
        self.assertGreater(len(sources), 100)
        for source in sorted(sources):
            for line, comment in lines_with(COMMENT, source.read_text(encoding="utf-8")):
                ours = re.sub(r"<[^<>]*>", "", comment)  # not <sys/wait.h>
                for _, name in lines_with(SOURCE, ours):
                    with self.subTest(name):
                        self.assert_there(source, line, name)

    def test_a_name_without_a_file_is_found(self):
        for name in ("gone.cpp", "cli/gone.h", "tests/support/gone.{h,cpp}", "scripts/gone"):
            self.assertFalse(is_there(name), name)
        for name in ("engine.h", "cli/run.cpp", "tests/support/story.{h,cpp}", "scripts/test", "*_story_test.cpp"):
            self.assertTrue(is_there(name), name)


if __name__ == "__main__":
    unittest.main()
