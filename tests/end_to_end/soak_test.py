"""A short soak: three hundred steps that misbehave at random. The long one is scripts/soak."""

import subprocess
import sys
import unittest

import support


class Soak(unittest.TestCase):
    def test_a_few_hundred_steps(self):
        finished = subprocess.run([sys.executable, "-B", support.ROOT / "tests/soak/soak.py", "300", "--program",
                                   support.PROGRAM], capture_output=True, text=True, check=False)
        self.assertEqual(finished.returncode, 0, finished.stdout + finished.stderr)
        self.assertIn("nothing found", finished.stdout)


if __name__ == "__main__":
    support.main()
