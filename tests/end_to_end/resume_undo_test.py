"""Going on with a rollback: in which order steps are undone, and together with what."""

import json
import re
import shlex

import support
from resume_test import ResumeTest


class UndoTest(ResumeTest):
    UNDO = {"command": "echo undo-$STEP_ID >> ran; while test -e hold-undo-$STEP_ID; do sleep 0.02; done"}

    def undoable(self, name, **keys):
        return {"id": name, "command": f"echo {name} >> ran; while test -e hold-{name}; do sleep 0.02; done",
                "compensation": self.UNDO, **keys}

    def state_of(self, step):
        found = [one for one in self.call("status", "--json").json()["steps"] if one["id"].split("/")[-1] == step]
        return found[0]["state"] if found else None


class Rounds(ResumeTest):
    def test_a_later_round_knows_nothing_of_the_one_before(self):
        def step(name, **keys):
            return {"id": name, "command": f"echo {name} >> ran; while test -e hold-{name}; do sleep 0.02; done", **keys}
        file = self.workstream("w", [step("a"), step("b", depends_on=["a"]), step("c", depends_on=["b"])],
                               step_groups=[{"id": "g", "steps": ["a", "b", "c"], "repeat": {"max": 3}}])
        self.interrupt_at("c", file)
        self.assertEqual(self.ran(), ["a", "b", "c"])
        self.interrupt_at("a", file)
        self.assertEqual(self.ran(), ["c", "a"])
        self.expect(0, "run", file)
        self.assertEqual(self.ran(), ["a", "b", "c", "a", "b", "c"])


class Order(UndoTest):
    """Steps without dependencies on each other complete in an order that no file has."""

    def file_with(self, *names):
        return self.workstream("w", [*(self.undoable(name) for name in names),
                                     {"id": "bad", "command": "exit 1", "depends_on": list(names)}],
                               saga={"enabled": True})

    def let(self, *names):
        """They complete in this order."""
        for name in names:
            (self.project / f"hold-{name}").unlink()
            support.until(lambda step=name: self.state_of(step) == "succeeded", f"the end of {name}")

    def cut_at(self, run, word):
        support.until(lambda: word in (self.project / "ran").read_text(encoding="utf-8").split(), word)
        run.kill()
        self.finish(run)

    def started(self, file, *words):
        (self.project / "ran").write_text("", encoding="utf-8")
        run = self.start("run", file, "--max-workers", "4")
        for word in words:
            support.until(lambda say=word: say in (self.project / "ran").read_text(encoding="utf-8").split(), word)
        return run

    def test_a_rollback_goes_on_in_the_order_of_completion(self):
        file = self.file_with("a", "b", "c")
        self.hold("a", "b", "c", "undo-a")
        run = self.started(file, "a", "b", "c")
        self.let("b", "c", "a")
        self.cut_at(run, "undo-a")
        self.release()
        self.ran()
        self.expect(1, "run", file)
        self.assertEqual(self.ran(), ["undo-a", "undo-c", "undo-b"])

    def test_over_three_runs(self):
        file = self.file_with("a", "b", "c", "d")
        self.hold("a", "b", "c", "d")
        run = self.started(file, "a", "b", "c", "d")
        self.let("c", "b")
        run.kill()
        self.finish(run)
        self.hold("undo-a")
        run = self.started(file, "a", "d")
        self.let("d", "a")
        self.cut_at(run, "undo-a")
        self.release()
        self.ran()
        self.expect(1, "run", file)
        self.assertEqual(self.ran(), ["undo-a", "undo-d", "undo-b", "undo-c"])
        self.assertEqual(self.runs()[0]["status"], "rolled_back")

    def test_what_a_later_round_did_again_is_of_the_later_run(self):
        file = self.workstream("w", [self.undoable("m"), self.undoable("a"), self.undoable("b", depends_on=["a"]),
                                     {"id": "bad", "command": "exit 1", "depends_on": ["g", "m"]}],
                               step_groups=[{"id": "g", "steps": ["a", "b"], "repeat": {"max": 2}}], saga={"enabled": True})
        self.hold("b", "m")
        run = self.started(file, "b", "m")
        run.kill()  # a is done
        self.finish(run)
        self.hold("undo-a")
        run = self.started(file, "b", "m")
        self.let("m")
        (self.project / "hold-b").unlink()
        self.cut_at(run, "undo-a")
        self.release()
        self.assertEqual(self.ran()[-4:], ["a", "b", "undo-b", "undo-a"])
        self.expect(1, "run", file)
        self.assertEqual(self.ran(), ["undo-a", "undo-m"])


class Owed(UndoTest):
    """A rollback that was cut off: nothing runs forward before it is over, and nothing it owes is forgotten."""

    def steps(self):
        return [self.undoable("a"), self.undoable("b", depends_on=["a"]),
                {"id": "bad", "command": "echo bad >> ran; exit 1", "depends_on": ["b"]}]

    def cut_off(self):
        file = self.workstream("w", self.steps(), saga={"enabled": True})
        self.hold("undo-b")
        self.interrupt_at("undo-b", file)
        self.release()
        self.ran()
        return file

    def goes_on(self, *options, undone=("undo-b", "undo-a")):
        self.expect(1, "run", "w.json", *options)
        self.assertEqual(self.ran(), list(undone))

    def test_it_is_refused_to_begin_somewhere(self):
        file = self.cut_off()
        crashed = self.runs()[0]["run_id"]
        for words in (["run", file, "--resume-from", "bad"], ["retry", crashed, "--step", "bad"],
                      ["retry", crashed, "--downstream", "b"]):
            self.assertIn(f"run {crashed} was undoing what it had done", self.expect(5, *words).err)
            self.assertEqual(self.ran(), [])
        self.goes_on()

    def test_a_step_that_the_file_no_longer_has(self):
        self.cut_off()
        self.workstream("w", [step for step in self.steps()[1:] if step.pop("depends_on") or True], saga={"enabled": True})
        self.assertIn("nothing says any more how to undo 'ws-w/a'", self.expect(5, "run", "w.json").err)
        self.assertEqual(self.ran(), [])
        self.goes_on("--force", undone=["undo-b"])

    def test_a_file_that_no_longer_undoes(self):
        self.cut_off()
        self.workstream("w", self.steps(), saga={"enabled": False})
        self.assertIn("how to undo 'ws-w/a' and 'ws-w/b'", self.expect(5, "run", "w.json").err)
        self.assertEqual(self.ran(), [])
        self.workstream("w", self.steps(), saga={"enabled": True})
        self.goes_on()

    def test_what_is_assumed_complete_does_not_end_it(self):
        self.cut_off()
        self.assertIn("this command leaves out 'ws-w/a' and 'ws-w/b' (--assume-complete)",
                      self.expect(5, "run", "w.json", "--assume-complete", "bad").err)
        self.goes_on()


class Together(UndoTest):
    """a.json was cut off while it was undone; b.json in the middle of its work."""

    def files(self, **more):
        self.write("a.json", {"id": "ws-a", "saga": {"enabled": True}, "steps": [
            self.undoable("a1"), {"id": "bad", "command": "exit 1", "depends_on": ["a1"]}]})
        self.write("b.json", {"id": "ws-b", **more, "steps": [
            {"id": "b1", "command": "echo b1 >> ran"},
            {"id": "b2", "command": "echo b2 >> ran; while test -e hold-b2; do sleep 0.02; done", "depends_on": ["b1"]}]})

    def cut_off(self, first, second):
        for name in (first, second):
            self.interrupt_at("undo-a1" if name == "a" else "b2", f"{name}.json")
            self.ran()

    def refused(self, *files):
        before = len(self.runs())
        refused = self.expect(5, "run", *files)
        self.assertEqual(self.ran(), [])
        self.assertEqual(len(self.runs()), before)
        return refused.err

    def follow(self, message):
        """Each command that the message names, in its order, and what it ran."""
        told = []
        for command in re.findall(r"'(workstream run [^']*)'", message):
            self.call(*shlex.split(command)[1:])
            told.append(self.ran())
        return told

    def test_it_is_refused_whichever_came_first(self):
        for first, second in ("ab", "ba"):
            with self.subTest(first=first):
                self.files()
                self.expect(1, "run", "a.json", "--fresh-start")
                self.ran()
                self.cut_off(first, second)
                message = self.refused("a.json", "b.json")
                self.assertIn("is being undone", message)
                self.assertIn("'workstream run a.json'", message)
                self.assertEqual(self.follow(message), [["undo-a1"], ["b2"]])

    def test_beside_a_workstream_that_has_never_run(self):
        self.files()
        self.interrupt_at("undo-a1", "a.json")
        self.ran()
        self.assertEqual(self.follow(self.refused("a.json", "b.json")), [["undo-a1"], ["b1", "b2"]])

    def test_two_in_one_file(self):
        self.files()
        both = [json.loads((self.project / f"{name}.json").read_text(encoding="utf-8")) for name in "ab"]
        self.write("both.json", both)
        self.interrupt_at("undo-a1", "both.json", "--ws-id", "ws-a")
        self.ran()
        self.assertEqual(self.follow(self.refused("both.json")), [["undo-a1"], ["b1", "b2"]])

    def test_one_that_needs_the_other(self):
        self.files(depends_on=["ws-a"])
        self.interrupt_at("undo-a1", "a.json")
        self.ran()
        message = self.refused("a.json", "b.json")
        self.assertIn("'workstream run a.json'", message)
        self.assertIn("the same command", message)

    def test_a_rollback_of_both_goes_on(self):
        self.files()
        self.hold("undo-a1")
        self.interrupt_at("undo-a1", "a.json", "b.json")
        self.ran()
        self.expect(1, "run", "a.json", "b.json")
        self.assertEqual(self.ran(), ["undo-a1"])
        self.assertEqual(self.runs()[0]["status"], "rolled_back")

    def test_two_rollbacks_go_on_together(self):
        self.files()
        for name in "ab":
            self.write(f"{name}.json", {"id": f"ws-{name}", "saga": {"enabled": True}, "steps": [
                self.undoable(f"{name}1"), {"id": "bad", "command": "exit 1", "depends_on": [f"{name}1"]}]})
            self.interrupt_at(f"undo-{name}1", f"{name}.json")
        self.ran()
        self.expect(1, "run", "a.json", "b.json")
        self.assertEqual(self.ran(), ["undo-a1", "undo-b1"])

    def test_a_fresh_start_is_not_refused(self):
        self.files()
        self.cut_off("a", "b")
        self.expect(1, "run", "a.json", "b.json", "--fresh-start")
        self.assertEqual(sorted(self.ran()), ["a1", "b1", "b2", "undo-a1"])


if __name__ == "__main__":
    support.main()
