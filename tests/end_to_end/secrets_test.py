"""Secrets: a value that `secrets:` or --mask names stands in nothing that a run keeps or shows, and programs get it."""

import base64
import sqlite3
import time
import urllib.parse

import support
import terminal

TOKEN = "s3cr3t \"tok/en'+$HOME\\x 9"
KEY = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA3x\nb64line/two==\n-----END KEY-----\n"
# How a program may write it, without the shell that would lose some of it.
SAY = "python3 -c 'import os,sys; sys.stdout.write({})'"


class SecretsTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.env["TOKEN"] = TOKEN
        self.forms = [TOKEN, urllib.parse.quote(TOKEN, safe=""), "tok/en", "tok%2Fen"]

    def assert_hidden_in(self, what, data):
        data = data if isinstance(data, bytes) else data.encode()
        for form in self.forms:
            self.assertNotIn(form.encode(), data, f"{what}: {data[:4000]!r}")

    def assert_nothing_kept(self, *beside):
        """In no file of the state directory, of which there are some, and in none of the others."""
        files = [path for path in (self.project / ".worktrees").rglob("*") if path.is_file()]
        self.assertGreater(len(files), 4)
        for path in [*files, *(self.project / name for name in beside)]:
            self.assert_hidden_in(path, path.read_bytes())

    def assert_shown_nowhere(self, name, *steps):
        for arguments in (["status", name], ["status", name, "--json"], ["history", "--json"], ["logs", name],
                          ["logs", name, "--json"], *(["logs", name, step] for step in steps)):
            shown = self.call(*arguments)
            self.assert_hidden_in(" ".join(arguments), shown.out_bytes + shown.err_bytes)

    def test_a_value_is_hidden_everywhere_and_dependents_get_it(self):
        say = SAY.format("os.environ[\"TOKEN\"]")
        name = self.workstream("one", [
            {"id": "a", "command": f"{say}; {say} >&2; "
                                   "printf 'key=%s\\nother=plain\\n' \"$TOKEN\" >> $WORKSTREAM_OUTPUT",
             "acceptance_tests": [{"command": say}]},
            {"id": "b", "depends_on": ["a"], "command": ["sh", "-c", "test \"$1\" = \"$TOKEN\" && touch same", "-",
                                                         "${steps.a.outputs.key}"]},
            {"id": "c", "depends_on": ["b"], "command": f"{say}; exit 3", "retry": {"attempts": 2, "initial_delay": 0},
             "compensation": {"command": say}, "success": {"fail_on_output": ["tok"]}},
            {"id": "d", "depends_on": ["a"], "script": "echo ${steps.a.outputs.key}; echo $WS_RESULT_A_KEY"},
        ], secrets=["TOKEN"], outputs={"all": "${steps.a.outputs.key}"},
            error_handling={"on_failure": {"collect_diagnostics": True, "message": "failed"}})
        run = self.call("run", name, "--events", "events", "--observer", "log", "--observer", "json",
                        "--notify-cmd", "cat >> notices")
        self.assertEqual(run.code, 1, str(run))
        self.assertTrue((self.project / "same").exists(), str(run))
        self.assertIn("***", run.out)
        self.assert_hidden_in("the screen", run.out_bytes + run.err_bytes)
        self.assert_nothing_kept("events", "notices")
        self.assert_shown_nowhere("ws-one", "a", "b", "c", "d")
        self.assertEqual(self.call("logs", "ws-one", "a").out, "******")

    def test_json_stays_json(self):
        self.env["TOKEN"] = "12345"
        name = self.workstream("one", [
            "printf 'n=12345\\nl=[12345, {\"12345\": \"x12345\"}]\\n' >> $WORKSTREAM_OUTPUT"],
                               secrets=["TOKEN"])
        self.forms = ["12345"]
        outputs = self.result(0, name, "--events", "events")["steps"][0]["outputs"]
        self.assertEqual(outputs, {"n": "***", "l": ["***", {"***": "x***"}]})

    def test_on_a_terminal(self):
        name = self.workstream("one", [f"{SAY.format('os.environ[chr(84)+chr(79)+chr(75)+chr(69)+chr(78)]+chr(10)')}; "
                                       "touch said; until test -e go; do sleep 0.05; done; exit 1"])
        seen = terminal.Terminal(self, "run", name, "--mask", "TOKEN")
        seen.until(lambda text: "***" in text, "the masked line")
        self.wait_for_file("said")
        (self.project / "go").touch()
        self.assertEqual(seen.finish(), 1)
        self.assert_hidden_in("the terminal", seen.bytes)

    def test_cut_by_reads_and_held_back_no_longer_than_needed(self):
        self.env["TOKEN"] = "abcdefghijkl"
        name = self.workstream("one", ["printf 'x abcdef'; touch half; until test -e go; do sleep 0.05; done; "
                                       "printf 'ghijkl abc'; touch most; until test -e end; do sleep 0.05; done"])
        run = self.start("run", name, "--mask", "TOKEN", "--run-id", "r")
        log = self.project / ".worktrees/ws-one/runs/r/steps/a/1/out.log"
        self.wait_for_file("half")
        support.until(lambda: log.exists() and log.read_text() == "x ", "all that is no secret")
        (self.project / "go").touch()
        self.wait_for_file("most")
        support.until(lambda: log.read_text() == "x *** ", "the secret, hidden")
        (self.project / "end").touch()
        self.assertEqual(self.finish(run).code, 0)
        self.assertEqual(log.read_text(), "x *** abc")

    def test_lines_and_encodings(self):
        self.env["KEY"] = KEY
        name = self.workstream("one", [
            {"id": "lines", "command": "printf '%s' \"$KEY\" | sed 's/^/> /'"},
            {"id": "basic", "command": "printf 'user:%s' \"$KEY\" | base64 -w0"},
            {"id": "url", "command": SAY.format("__import__(\"urllib.parse\").parse.quote(os.environ[\"KEY\"])")},
            {"id": "json", "command": SAY.format("__import__(\"json\").dumps({\"k\": os.environ[\"KEY\"]})")},
        ], secrets=["KEY"])
        self.expect(0, "run", name)
        self.forms = ["MIIEpAIBAAKCAQEA3x", "b64line", base64.b64encode(KEY.encode()).decode()[40:60]]
        self.assertEqual(self.call("logs", "ws-one", "lines").out, "> ***\n> ***\n> ***\n> ***\n")
        self.assertEqual(self.call("logs", "ws-one", "json").out, '{"k": "***\\n"}')
        self.assertLess(len(self.call("logs", "ws-one", "basic").out), 30)
        self.assert_nothing_kept()

    def test_inputs_and_their_defaults(self):
        self.forms = ["given-secret", "default-secret"]
        name = self.workstream("one", ["echo ${inputs.a} ${inputs.b}"], secrets=["a", "b"],
                               inputs={"a": {}, "b": {"default": "default-secret"}})
        run = self.expect(0, "run", name, "--input", "a=given-secret", "--json")
        self.assert_hidden_in("the result", run.out_bytes + run.err_bytes)
        self.assertEqual(self.call("logs", "ws-one", "a").out, "*** ***\n")
        self.assert_nothing_kept()  # also the command line, which the store keeps

    def test_a_value_that_only_a_run_finds(self):
        self.forms = ["found-at-run"]
        name = self.workstream("one", [
            {"id": "make", "command": "printf 'got=%s-%s-run\\n' found at >> $WORKSTREAM_OUTPUT",
             "outputs": {"got": "file"}},
            {"id": "use", "depends_on": ["make"], "env": {"SESSION": "${steps.make.outputs.got}"},
             "command": "echo with $SESSION ${steps.make.outputs.got}"}], secrets=["SESSION"])
        self.expect(0, "run", name)
        self.assertEqual(self.call("logs", "ws-one", "use").out, "with *** ***\n")
        self.assert_hidden_in("commands", self.call("logs", "ws-one", "--json").out)

    def test_an_output_by_its_name(self):
        self.forms = ["out-put-value"]
        name = self.workstream("one", [
            {"id": "make", "command": "printf 'token=%s-%s-value\\n' out put >> $WORKSTREAM_OUTPUT",
             "outputs": {"token": "file"}},
            {"id": "use", "depends_on": ["make"], "command": "echo ${steps.make.outputs.token}"}], secrets=["token"])
        self.expect(0, "run", name)
        self.assertEqual(self.call("logs", "ws-one", "use").out, "***\n")
        self.assert_nothing_kept()

    def test_runs_inside_the_run(self):
        self.write("inner.json", {"id": "ws-inner", "inputs": {"x": {}},
                                  "steps": [{"id": "say", "command": "echo ${inputs.x} \"$TOKEN\""}]})
        self.write("one.json", {"id": "ws-one", "secrets": ["TOKEN"], "steps": [
            {"id": "list", "command": "echo 'l=[1, 2]' >> $WORKSTREAM_OUTPUT"},
            {"id": "each", "depends_on": ["list"], "for_each": {"from": "${steps.list.outputs.l}"},
             "workstream": "ws-inner", "inputs": {"x": "${item}"}}]})
        self.expect(0, "run", "one.json", "inner.json", "--ws-id", "ws-one")
        logs = list((self.project / ".worktrees").glob("ws-one.each.*/runs/*/steps/say/1/out.log"))
        self.assertEqual(sorted(log.read_text() for log in logs), ["1 ***\n", "2 ***\n"])
        self.assert_nothing_kept()

    def test_what_was_masked_is_not_taken_from_an_earlier_run(self):
        name = self.workstream("one", [
            {"id": "login", "command": "echo x >> ran; printf 'key=%s\\n' \"$TOKEN\" >> $WORKSTREAM_OUTPUT",
             "idempotency_key": "login"},
            {"id": "use", "depends_on": ["login"],
             "command": ["sh", "-c", "test \"$1\" = \"$TOKEN\"", "-", "${steps.login.outputs.key}"]}])
        for _ in range(2):
            self.expect(0, "run", name, "--mask", "TOKEN")
        self.assertEqual((self.project / "ran").read_text(), "x\nx\n")
        key = self.workstream("two", [{"id": "a", "command": "touch two", "idempotency_key": "k ${inputs.t}"}],
                              inputs={"t": {"default": "the-secret"}})
        refused = self.call("run", key, "--mask", "t")
        self.assertEqual(refused.code, 1)
        self.assertIn("its idempotency_key holds a secret value, which is never stored", refused.out)
        self.assertFalse((self.project / "two").exists())

    def test_a_run_that_goes_on_makes_what_was_masked_again(self):
        name = self.workstream("one", [
            {"id": "login", "command": "echo x >> logins; printf 'key=%s\\n' \"$TOKEN\" >> $WORKSTREAM_OUTPUT"},
            {"id": "plain", "command": "echo x >> plains; echo v=1 >> $WORKSTREAM_OUTPUT"},
            {"id": "use", "depends_on": ["login", "plain"],
             "command": ["sh", "-c", "test -e go && test \"$1\" = \"$TOKEN\"", "-", "${steps.login.outputs.key}"]}])
        self.expect(1, "run", name, "--mask", "TOKEN")
        (self.project / "go").touch()
        done = self.expect(0, "run", name, "--mask", "TOKEN", "--resume")
        self.assertIn("one of its outputs held a secret, which is not kept", done.out)
        self.assertEqual((self.project / "logins").read_text(), "x\nx\n")
        self.assertEqual((self.project / "plains").read_text(), "x\n")

    def test_a_command_line_that_held_a_secret_is_not_repeated(self):
        name = self.workstream("one", ["exit 1"], inputs={"t": {}}, secrets=["t"])
        self.expect(1, "run", name, "--input", "t=hush-hush")
        self.assertIn("held a secret, which is not kept", self.expect(5, "retry").err)
        other = self.workstream("two", ["test -e go || exit 1; echo $TOKEN"])
        self.expect(1, "run", other, "--mask", "TOKEN")
        (self.project / "go").touch()
        self.expect(0, "retry")
        self.assertEqual(self.call("logs", "ws-two", "a").out, "***\n")

    def test_masking_changes_no_verdict(self):
        self.env["TOKEN"] = "finished"
        name = self.workstream("one", [{"id": "a", "command": "echo finished",
                                        "success": {"require_output": ["finished"]}}])
        self.expect(0, "run", name, "--mask", "TOKEN")
        self.assertEqual(self.call("logs", "ws-one", "a").out, "***\n")

    def test_plans_and_refusals(self):
        """What the environment puts into a file's own texts."""
        self.env["TOKEN"] = "from-outside"
        self.forms = ["from-outside"]
        name = self.workstream("one", [{"id": "a", "command": "echo ${env.TOKEN}"},
                                       {"id": "b", "command": ["/no/${env.TOKEN}/program"]}], secrets=["TOKEN"])
        for arguments in (["plan", name], ["plan", name, "--json"], ["run", name], ["run", name, "--json"],
                          ["run", name, "--dry-run"]):
            done = self.call(*arguments)
            self.assert_hidden_in(arguments, done.out_bytes + done.err_bytes)
            if "--dry-run" not in arguments:  # it shows no commands
                self.assertIn("***", done.out + done.err)

    def test_names_that_mean_nothing(self):
        name = self.workstream("one", ["true"], secrets=["NO_SUCH"])
        told = self.expect(0, "run", name, "--mask", "TYPO")
        for part in ("one.json:1:8: warning: nothing to mask yet: 'NO_SUCH'", "warning: nothing to mask yet: 'TYPO'"):
            self.assertIn(part, told.err)
        self.expect(2, "run", name, "--strict", "--run-id", "never")
        self.assertNotIn("never", self.call("history").out)
        wrong = self.expect(2, "run", name, "--mask", "TOKEN=hush-hush", "--mask", "")
        self.assertIn("--mask 'TOKEN' is no name", wrong.err)
        self.assertIn("--mask '' is no name", wrong.err)
        self.assertNotIn("hush", wrong.err)

    def test_names_that_are_given_a_value_later_are_no_mistake(self):
        self.write("profiles/teller.yaml", "name: teller\ncommand: [sh, -c, 'echo $KEY']\nenv: {KEY: hush-hush-key}\n")
        name = self.workstream("one", [
            {"id": "a", "command": "echo undeclared=hush-hush-$((40 + 2)) >> $WORKSTREAM_OUTPUT"},
            {"id": "v", "depends_on": "a", "values": {"made": "hush-hush-${steps.a.outputs.plain}"}, "command": "true"},
            {"id": "b", "depends_on": ["a", "v"],
             "command": "echo ${steps.a.outputs.undeclared}; echo ${steps.v.outputs.made}"},
            {"id": "t", "tool": "teller"}], secrets=["undeclared", "made", "KEY"])
        text = (self.project / name).read_text(encoding="utf-8")
        self.write(name, text.replace("OUTPUT\"", "OUTPUT; echo plain=word >> $WORKSTREAM_OUTPUT\""))
        told = self.expect(0, "run", name, "--tools-dir", "profiles", "--strict", "--json")
        self.assertNotIn("warning", told.err)
        self.assertEqual(self.expect(0, "logs", "ws-one", "b").out, "***\n***\n")
        self.assertEqual(self.expect(0, "logs", "ws-one", "t").out, "***\n")
        outputs = {one["name"]: one["value"] for one in self.expect(0, "status", "--json").json()["outputs"]}
        self.assertEqual(outputs, {"undeclared": "***", "plain": "word", "made": "***"})
        self.forms = ["hush-hush-42", "hush-hush-word"]
        self.assert_nothing_kept()

    def test_a_short_value_is_told_and_not_hidden(self):
        self.env["TOKEN"] = "abc"
        name = self.workstream("one", ["echo abc"])
        told = self.expect(0, "run", name, "--mask", "TOKEN")
        self.assertIn("not masked, because a value has less than 4 characters: TOKEN", told.err)
        self.assertEqual(self.call("logs", "ws-one", "a").out, "abc\n")

    def test_the_store_holds_nothing_between_its_pages(self):
        name = self.workstream("one", [{"id": "a", "command": ["echo", TOKEN]}])
        self.expect(0, "run", name, "--mask", "TOKEN")
        with sqlite3.connect(self.project / ".worktrees/workstream.db") as database:
            self.assertIn("***", str(list(database.execute("SELECT * FROM attempts"))))
        self.assert_nothing_kept()


if __name__ == "__main__":
    support.main()
