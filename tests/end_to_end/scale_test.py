"""Graphs as large as anybody will write: a million steps in a row, from one and into one. They load, are planned and
drawn, and a failure at their beginning is told in a few lines."""

import support


class ScaleTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.count = 50_000 if support.is_sanitized() else 1_000_000
        self.fewer = self.count // 10

    def large(self, name, needs, last=""):
        """NAME.json: step i depends on what `needs` says; the first does `false`."""
        with (self.project / f"{name}.json").open("w") as file:
            file.write(f'{{"id":"ws-{name}","steps":[{{"id":"s0","command":"false"}}')
            for i in range(1, self.count):
                file.write(f',{{"id":"s{i}","command":"true"{needs(i)}}}')
            file.write(last + "]}")
        return f"{name}.json"

    def assert_large(self, name, steps, dependencies, path):
        out = self.expect(0, "validate", name, seconds=120).out
        self.assertIn(f"1 workstream in 1 file: {steps} steps, {dependencies} dependencies", out)
        plan = self.expect(0, "plan", name, seconds=120).out
        self.assertIn(f"Critical path:  {path} steps", plan)
        self.assertLess(len(plan), 10_000)

    def test_a_chain(self):
        name = self.large("chain", lambda i: f',"depends_on":["s{i - 1}"]')
        self.assert_large(name, self.count, self.count - 1, self.count)
        self.expect(0, "graph", name, "-o", "chain.dot", seconds=120)
        self.assertEqual((self.project / "chain.dot").read_text().count(" -> "), self.count - 1)

    def test_from_one(self):
        self.assert_large(self.large("from", lambda i: ',"depends_on":["s0"]'), self.count, self.count - 1, 2)

    def test_into_one(self):
        names = ",".join(f'"s{i}"' for i in range(self.count))
        name = self.large("into", lambda i: "", last=f',{{"id":"end","command":"true","depends_on":[{names}]}}')
        self.assert_large(name, self.count + 1, self.count, 2)

    def test_the_first_of_many_fails(self):
        self.count = self.fewer
        for name, needs in (("chain", lambda i: f',"depends_on":["s{i - 1}"]'), ("from", lambda i: ',"depends_on":["s0"]')):
            with self.subTest(name):
                file = self.large(name, needs)
                done = self.expect(1, "run", file, seconds=120)
                summary = done.out[done.out.index("1 of "):]
                self.assertLess(len(summary), 2000)
                self.assertIn(f"1 of {self.count} steps failed, {self.count - 1} skipped", summary)
                self.assertIn(f"and {self.count - 9} more", summary)
                self.assertIn("1 failed", self.expect(0, "status", f"ws-{name}", seconds=120).out)


if __name__ == "__main__":
    support.main()
