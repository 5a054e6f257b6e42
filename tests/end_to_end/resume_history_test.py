"""Which earlier runs count when a run goes on: several newest runs at once, and runs that were removed since."""

import signal

import support


class History(support.ProjectTest):
    def ran(self):
        path = self.project / "ran"
        lines = path.read_text(encoding="utf-8").split() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines


class SeveralNewest(History):
    def setUp(self):
        super().setUp()
        self.write("data", "1\n")
        self.workstream("1", [{"id": "a", "command": "echo a >>ran; echo x >>data"}])
        self.workstream("2", [{"id": "c", "command": "echo c >>ran; cp data copy"}], depends_on=["ws-1"])
        self.expect(0, "run", "1.json", "2.json")
        self.assertEqual(self.ran(), ["a", "c"])

    def test_what_an_older_one_did_is_older_than_what_it_needs(self):
        self.expect(0, "run", "1.json", "--fresh-start")
        said = self.expect(0, "run", "1.json", "2.json", "--resume").out
        self.assertEqual(self.ran(), ["a", "c"], said)  # the first one was of the run before
        self.assertIn("runs again: what it depends on ran after it", said)
        self.assertEqual((self.project / "copy").read_text(), (self.project / "data").read_text())

    def test_one_that_is_newer_than_what_it_needs_stands(self):
        self.expect(0, "run", "2.json", "--fresh-start", "--assume-complete", "ws-1")
        self.assertEqual(self.ran(), ["c"])
        self.expect(0, "run", "1.json", "2.json", "--resume")
        self.assertEqual(self.ran(), [])


if __name__ == "__main__":
    support.main()
