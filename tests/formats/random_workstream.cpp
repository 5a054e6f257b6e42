#include "random_workstream.h"

#include <random>

#include <fmt/format.h>

namespace ws::test {
namespace {

using Strings = std::vector<std::string>;
class RandomWorkstream {
 public:
  explicit RandomWorkstream(unsigned seed) : random_(seed) {}

  Workstream make() {
    Workstream out;
    out.id = "ws-random";
    out.name = maybe_text();
    out.version = maybe_text();
    out.description = maybe_text();
    make_execution(out.execution);
    out.env = pairs("E");
    out.vars = pairs("v");
    out.tags = texts();
    out.files_create = paths();
    for (const std::string& path : paths()) out.files_scope.push_back({path, {}});
    out.conflict_group = maybe_text();
    out.parallel_ok = !chance(8);
    out.gate = chance(4) ? 3 : 1;
    out.retry = maybe_retry();
    out.breaker = maybe_breaker();
    out.metadata = pairs("m");
    out.max_cost_usd = 2.5;
    out.estimated_context_tokens = 123456;
    if (chance(3)) out.pools = {{"gpu", 4}};
    if (chance(3))
      out.inputs = {{"a", "1", "", {}},
                    {"b", std::nullopt, "what b is", {}},
                    {"c", R"({"x":[1,"${env.A}"]})", "", {}},
                    {"d", std::nullopt, "", {}}};
    out.takes_any_input = chance(5);
    out.preflight_checks = tests(false);
    if (chance(4)) out.outputs = {{"one", "${steps.s0.result}", {}}, {"two", text(), {}}};
    make_steps(out);
    make_groups(out);
    out.acceptance_tests = tests(true);
    make_undoing(out);
    if (chance(4)) out.state_machine = StateMachine{"idle", {"idle", "done"}};
    make_hooks(out.error_handling);
    if (chance(5))
      out.deferred.push_back(
          {"script", "step 's0'", {}, R"({"a":1})", "it is JavaScript: " + text(), maybe_text()});
    return out;
  }

 private:
  bool chance(unsigned of) { return below(of) == 0; }
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  std::string text() {
    static const char* const kPieces[] = {"a",
                                          "word ",
                                          "${env.HOME}",
                                          "${vars.x:-y}",
                                          "${steps.s0.result}",
                                          "é",
                                          "'",
                                          "\"",
                                          ": ",
                                          " #",
                                          "\n",
                                          "$${env.B}",
                                          "true",
                                          "1.10",
                                          "\\",
                                          "{item}",
                                          "[",
                                          "$HOME",
                                          "\t"};
    std::string out = "t";
    for (unsigned i = below(5); i > 0; --i) out += kPieces[below(std::size(kPieces))];
    return out;
  }
  std::string maybe_text() { return chance(3) ? text() : ""; }
  Strings texts() {
    Strings out;
    for (unsigned i = chance(3) ? 1 + below(3) : 0; i > 0; --i) out.push_back(text());
    return out;
  }
  Strings paths() {
    Strings out;
    for (unsigned i = chance(3) ? 1 + below(3) : 0; i > 0; --i)
      out.push_back(fmt::format("src/{}*", i));
    return out;
  }
  Environment pairs(const char* prefix) {
    Environment out;
    for (unsigned i = chance(3) ? 1 + below(3) : 0; i > 0; --i)
      out.emplace_back(fmt::format("{}{}", prefix, i), text());
    return out;
  }
  Duration duration() {
    return chance(2) ? Duration{} : Duration(1'000'000LL * (1 + below(100'000'000)));
  }

  void make_execution(Execution& out) {
    if (chance(3)) out.parallel = chance(2);
    if (chance(3)) out.max_workers = 1 + below(9);
    if (chance(3)) out.worker_cap = 1 + below(9);
    out.timeout_per_step = duration();
    out.timeout = duration();
    out.rate_limit_delay = duration();
    if (chance(3)) out.on_failure = static_cast<OnFailure>(below(3));
    out.adaptive_scaling = chance(5);
    if (chance(5)) out.observer = "json";
  }

  std::optional<RetryPolicy> maybe_retry() {
    if (!chance(3)) return std::nullopt;
    RetryPolicy out;
    out.attempts = below(5);
    out.backoff = static_cast<Backoff>(below(4));
    out.initial_delay = duration();
    if (out.backoff == Backoff::linear || out.backoff == Backoff::exponential)
      out.max_delay =
          chance(2) ? std::max(out.initial_delay, kDefaultInitialDelay) * 2 : Duration{};
    if (chance(3)) out.factor = 1.5;
    out.jitter = chance(3);
    if (chance(3)) out.on_exit = {1, 75};
    if (chance(3)) out.on_output = {"rate (limit|cap): .*"};
    return out;
  }

  std::optional<BreakerPolicy> maybe_breaker() {
    if (!chance(4)) return std::nullopt;
    BreakerPolicy out;
    out.max_attempts = below(3);
    out.max_error_repeats = below(3);
    out.oscillation_threshold = below(3);
    out.per_phase = chance(3);
    out.per_step = chance(2);
    out.cooldown = duration();
    if (chance(3)) out.error_patterns = {"a+", "^b"};
    if (chance(3)) out.escalation_strategy = "linear_backoff";
    return out;
  }

  Command command() {
    if (chance(2)) return Command::from_argv({"echo", text(), ""});
    return Command::from_line("echo " + text() + " | cat");
  }

  std::vector<AcceptanceTest> tests(bool has_others) {
    std::vector<AcceptanceTest> out;
    for (unsigned i = chance(3) ? 1 + below(3) : 0; i > 0; --i) {
      AcceptanceTest& test = out.emplace_back();
      if (chance(4)) {
        test.text = "Everything looks right to a person";
        test.manual_reason = "it has no 'command'";
        continue;
      }
      test.command = command();
      test.text = chance(2) ? test.command.text() : text();
      test.timeout = duration();
      test.is_blocking = !chance(4);
    }
    if (!has_others) return out;
    if (chance(4)) {
      AcceptanceTest& artifact = out.emplace_back();
      artifact.artifact = "out/*.bin";
      artifact.text = chance(2) ? "artifact out/*.bin" : "artifact out/*.bin (it: " + text() + ")";
    }
    if (chance(4)) {
      AcceptanceTest& gate = out.emplace_back();
      gate.text = chance(2) ? "test gate UNIT" : "test gate LINT: " + text();
      gate.command = command();
      gate.is_blocking = chance(2);
    }
    return out;
  }

  Action action(unsigned number) {
    switch (below(9)) {
      case 0:
        return NoAction{};
      case 1:
        return ManualAction{text() + "\nand then"};
      case 2:
        return ScriptAction{
            text() + "\nexit 0\n", chance(2) ? Command{} : Command::from_argv({"bash", "-eu"}), {}};
      case 3:
        return ToolAction{"skill:a.b", {}, texts(), chance(2) ? Strings{"skill"} : Strings{}};
      case 4: {
        WaitAction wait;
        if (chance(2))
          wait.event = "event " + std::to_string(number);
        else
          wait.duration = Duration(1'000'000LL * (1 + below(100000)));
        return wait;
      }
      case 5:
        return CallAction{
            "ws-other", chance(2) ? "" : "2", {}, {{"in", R"({"x":"${steps.s0.result}"})"}}, {}};
      default:
        return CommandAction{command(), {}};
    }
  }

  GroupRule rule(bool is_group) {
    GroupRule out;
    out.join = static_cast<Join>(below(4));
    if (out.join == Join::any) out.join_count = 1 + below(2);
    out.is_policy_explicit = chance(2);
    if (out.is_policy_explicit) out.on_first_failure = static_cast<OnFirstFailure>(below(2));
    out.fail_if = static_cast<FailIf>(below(3));
    out.errors = static_cast<Errors>(below(2));
    out.execute = static_cast<Execute>(below(2));
    if (chance(3)) out.max_workers = 1 + below(5);
    if (!is_group) return out;
    if (chance(3)) out.losers = static_cast<Losers>(below(2));
    out.timeout = duration();
    return out;
  }

  void make_items(ForEach& each) {
    each.kind = static_cast<ForEach::Kind>(1 + below(5));
    each.rule = rule(false);
    if (each.kind == ForEach::Kind::list) each.items = {"1", "\"two ${env.X}\"", "{\"k\":[null]}"};
    if (each.kind == ForEach::Kind::product) {
      each.dimensions = {{"os", {"\"a\"", "\"b\""}}, {"n", {"1", "2"}}};
      if (chance(2)) each.include = {R"({"os":"c","n":3})"};
      if (chance(2)) each.exclude = {R"({"os":"a"})"};
    }
    if (each.kind == ForEach::Kind::glob) each.source = "src/*.c";
    if (each.kind == ForEach::Kind::lines) each.source = "hosts.txt";
    if (each.kind == ForEach::Kind::from) each.source = "${steps.s0.result}";
  }

  void make_details(StepDetails& details, const Action& action) {
    details.name = maybe_text();
    details.description = maybe_text();
    details.env = pairs("V");
    if (chance(4)) details.working_dir = "src";
    switch (below(8)) {
      case 0:
        details.stdin_file = "in.txt";
        break;
      case 1:
        details.stdin_text = chance(4) ? "" : text();
        break;
      case 2:
        details.stdin_context = true;
        break;
      case 3:
        details.stdin_json = R"({"a":["${steps.s0.result}",1.50,null]})";
        break;
      default:
        break;
    }
    details.idle_timeout = duration();
    details.retry = maybe_retry();
    details.breaker = maybe_breaker();
    if (chance(4)) details.success = {{0, 3}, {"ok: .*"}, {"bad"}, {"out.bin"}, "skip"};
    details.acceptance_tests = tests(true);
    details.files_create = paths();
    for (const std::string& path : paths()) details.files_scope.push_back({path, {}});
    details.tags = texts();
    if (chance(4)) details.outputs = {{"o", "stdout"}, {"p", "1.10"}};
    if (chance(4)) details.values = {{"v", R"("${steps.s0.result}")"}, {"w", R"({"n":[1,true]})"}};
    if (chance(4)) details.when = chance(2) ? "true" : "${inputs.a} == '" + std::string("x'");
    const bool is_wait = std::holds_alternative<WaitAction>(action);
    if (chance(4) && !is_wait) make_items(details.for_each.emplace());
    details.conflict_group = maybe_text();
    if (chance(4)) details.idempotency_key = text();
    if (!details.idempotency_key.empty() && chance(2)) details.idempotency_ttl = Duration{};
    if (chance(5)) details.provides = {{"made", DependencyOn::success, {}}};
    if (chance(5))
      details.consumes = {{"x", DependencyOn::success, {}}, {"y", DependencyOn::success, {}}};
    details.metadata = pairs("m");
    details.parallel_ok = !chance(8);
  }

  void make_steps(Workstream& out) {
    const unsigned count = 1 + below(5);
    for (unsigned i = 0; i < count; ++i) {
      Step& step = out.steps.emplace_back();
      step.id = fmt::format("s{}", i);
      step.action = i == 0 ? Action{CommandAction{command(), {}}} : action(i);
      for (unsigned j = 0; j < i; ++j) {
        if (chance(3))
          step.depends_on.push_back(
              {fmt::format("s{}", j), static_cast<DependencyOn>(below(3)), {}});
      }
      step.timeout = duration();
      if (chance(4)) step.on_failure = static_cast<OnFailure>(below(3));
      if (chance(4)) step.priority = static_cast<std::int32_t>(below(100)) - 50;
      step.is_critical = !chance(8);
      if (chance(2)) make_details(step.edit_details(), step.action);
      if (!out.pools.empty() && chance(3)) step.edit_details().pools = {{"gpu", 2}};
    }
  }

  void make_groups(Workstream& out) {
    const bool is_nested = chance(3);
    for (unsigned i = below(4); i > 0; --i) {
      if (is_nested) out.groups.push_back(group(fmt::format("in{}", i), {"s0", "s1"}, false));
      out.groups.push_back(
          group(fmt::format("g{}", i), {is_nested ? fmt::format("in{}", i) : "s0"}, is_nested));
    }
  }

  Group group(std::string id, const Strings& members, bool is_phase) {
    Group out;
    out.id = std::move(id);
    out.is_phase = is_phase;
    out.name = maybe_text();
    out.description = maybe_text();
    for (const std::string& member : members)
      out.members.push_back({member, DependencyOn::success, {}});
    if (chance(3)) out.depends_on = {{"s0", DependencyOn::done, {}}};
    out.rule = rule(true);
    out.rule.join_count = 1;
    out.member_timeout = duration();
    out.retry = maybe_retry();
    out.breaker = maybe_breaker();
    if (chance(4)) out.result_from = members.front();
    if (chance(4)) out.catch_steps = {"s1"};
    if (chance(4)) out.finally_steps = {"s2", "s3"};
    if (chance(4)) out.when = "${inputs.a} > 1";
    if (chance(6)) {
      make_items(out.for_each.emplace());
      out.for_each->rule = out.rule;
    } else if (chance(4)) {
      out.repeat = RepeatPolicy{5, chance(2) ? "${steps.s0.result} == 1" : "",
                                chance(2) ? "true" : "", chance(2)};
    }
    if (is_phase && chance(3)) out.on_phase_failure = OnFailure::carry_on;
    if (is_phase && chance(3))
      out.checkpoint = {{"enabled", "true"}, {"location", "here"}, {"include", "[\"a\", \"b\"]"}};
    return out;
  }

  void make_undoing(Workstream& out) {
    bool can_undo = false;
    for (Step& step : out.steps) {
      if (!chance(5)) continue;
      Compensation& one = step.edit_details().compensation.emplace();
      can_undo = true;
      one.retries = below(3);
      one.timeout = duration();
      one.parameters = pairs("P");
      if (chance(3)) {
        one.text = "undo";
        one.action = ToolAction{"compensate:undo", {}, {}};
      } else {
        one.action = CommandAction{command(), {}};
        one.text = std::get<CommandAction>(one.action).command.text();
      }
      if (chance(3)) one.text = text();
    }
    if (chance(5)) {
      Compensation& one = out.compensation_actions.emplace_back();
      one.text = "rm -rf out/*";
      one.action = CommandAction{Command::from_line(one.text), {}};
      can_undo = true;
    }
    if (!can_undo ? !chance(6) : chance(6)) return;
    SagaPolicy& saga = out.saga.emplace();
    saga.rolls_back_on_failure = !chance(4);
    saga.order = static_cast<RollbackOrder>(below(3));
    if (saga.order == RollbackOrder::custom) saga.custom_order = {"s0"};
    saga.on_compensation_failure = static_cast<CompensationFailure>(below(3));
    saga.max_rollback_retries = below(3);
    saga.timeout = duration();
  }

  void make_hooks(ErrorHandling& out) {
    for (ErrorHook* hook :
         {&out.on_failure, &out.on_retry, &out.on_circuit_open, &out.on_rollback_failure}) {
      if (!chance(4)) continue;
      if (hook == &out.on_failure) hook->action = static_cast<ErrorAction>(below(6));
      if (hook == &out.on_circuit_open && chance(2)) hook->action = ErrorAction::pause_and_notify;
      if (hook->action == ErrorAction::pause_and_notify) hook->pause = duration();
      if (chance(2)) hook->log_level = "warning";
      hook->notify = texts();
      hook->collect_diagnostics = chance(3);
      hook->message = maybe_text();
      if (chance(3)) hook->triggers_rollback = chance(2);
    }
  }

  std::mt19937_64 random_;
};

}  // namespace

Workstream random_workstream(unsigned seed) { return RandomWorkstream(seed).make(); }

}  // namespace ws::test
