#include "cli/input_values.h"

#include "model/lower.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace ws::cli {

using test::TempDir;

namespace {

struct Inputs {
  Workset workset;
  Diagnostics mistakes;

  Inputs() {
    Workstream& workstream = workset.workstreams.emplace_back();
    workstream.id = "ws-a";
    Step step;
    step.id = "a";
    step.action = CommandAction{Command::from_argv({"true"})};
    workstream.steps.push_back(std::move(step));
    workstream.inputs = {
        {"name", "\"world\"", "", {}}, {"count", "2", "", {}}, {"must", std::nullopt, "", {}}};
  }
  InputValues settle(std::vector<std::string> given) {
    mistakes = Diagnostics();
    Diagnostics lowering;
    const auto plan = lower(workset, {}, lowering);
    REQUIRE(plan.has_value());
    return settle_inputs(*plan, {std::move(given)}, workset.sources, mistakes);
  }
  [[nodiscard]] std::string text() const { return render(mistakes, workset.sources, {}); }
};

}  // namespace

TEST_CASE("values of the command line are text, or of their default's kind") {
  Inputs inputs;
  const InputValues values = inputs.settle({"must=1.10", "count=7", "name=a=b"});
  CHECK(inputs.mistakes.items().empty());
  CHECK(values.at("must") == Datum{std::string("1.10")});
  CHECK(values.at("count") == Datum{std::int64_t{7}});
  CHECK(values.at("name") == Datum{std::string("a=b")});
}

TEST_CASE("a file gives several, and what comes later wins") {
  const TempDir temp;
  Inputs inputs;
  const auto json = temp.write("in.json", R"({"must": [1, "x"], "count": 3})");
  const auto yaml = temp.write("in.yaml", "must: {a: 1}\n");
  CHECK(inputs.settle({json.string()}).at("must") == *parse_json(R"([1,"x"])"));
  CHECK(inputs.settle({json.string(), yaml.string()}).at("must") == *parse_json(R"({"a":1})"));
  CHECK(inputs.settle({json.string(), "must=late"}).at("must") == Datum{std::string("late")});
}

TEST_CASE("what is wrong with inputs is told before anything starts") {
  const TempDir temp;
  Inputs inputs;
  inputs.settle({});
  CHECK(inputs.text().find("error: input 'must' has no value and no default") != std::string::npos);
  inputs.settle({"must=1", "cuont=3"});
  CHECK(inputs.text().find("no workstream of this run has an input 'cuont'") != std::string::npos);
  CHECK(inputs.text().find("did you mean 'count'?") != std::string::npos);
  inputs.settle({"must=1", "count=many"});
  CHECK(inputs.text().find("--input count: 'many' is not a number, as its default is") !=
        std::string::npos);
  inputs.settle({"must=1", temp.write("list.yaml", "[1, 2]\n").string()});
  CHECK(inputs.text().find("must hold an object of names and values, not a list") !=
        std::string::npos);
  inputs.settle({"must=1", (temp.path() / "none.json").string()});
  CHECK(inputs.text().find("--input: cannot") != std::string::npos);
  inputs.settle({"must=1", temp.write("bad.json", "{\"must\": ").string()});
  CHECK(inputs.mistakes.has_errors());
}

}  // namespace ws::cli
