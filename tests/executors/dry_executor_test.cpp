// The pretending executor keeps the contract, and touches nothing.
#include "executors/dry_executor.h"

#include <filesystem>

#include "executors/contract.h"

using namespace ws;
using namespace ws::test;

TEST_CASE("the dry executor keeps the contract") {
  check_executor_contract([](LocalWorld& world) {
    auto executor = std::make_unique<DryExecutor>(*world.plan, world.tools, world.loop);
    executor->report_to(world.seen);
    return executor;
  });
}

TEST_CASE("a dry run starts nothing and writes nothing") {
  LocalWorld world("a", with_argv({"/no/such/program"}));
  DryExecutor executor(*world.plan, world.tools, world.loop);
  executor.report_to(world.seen);
  executor.start({world.node("a"), 1, 0}, world.values());
  world.loop.run();
  REQUIRE(world.seen.ended.size() == 1);
  CHECK(text_of(world.seen.ended[0].second.outcome) == "exit 0");
  CHECK(world.seen.running.empty());
  CHECK(std::filesystem::is_empty(world.temp.path()));
}
