// The line of children that wait for room, with children that only pretend.
#include "platform/held_launches.h"

#include <cerrno>
#include <vector>

#include "platform/event_loop.h"
#include "support/catch.h"

using namespace std::chrono_literals;
using namespace ws;

namespace {

struct Shop;

struct Customer final : HeldLaunch, std::enable_shared_from_this<Customer> {
  explicit Customer(Shop& s) : shop(s) {}
  void try_again() override;
  void give_up(const Error& why) override;
  Shop& shop;
  int tries = 0;
  bool is_running = false;
  bool is_given_up = false;
};

// Room for so many.
struct Shop {
  explicit Shop(Duration patience) {
    HoldOptions options;
    options.patience = patience;
    options.running = [this] { return running; };
    options.on_shortage = [this](const std::string& text) { told.push_back(text); };
    held = std::make_unique<HeldLaunches>(loop, std::move(options));
  }
  std::shared_ptr<Customer> enter() {
    auto customer = std::make_shared<Customer>(*this);
    if (held->is_waiting_wanted()) {
      held->hold(customer, held->why());
    } else {
      customer->try_again();
    }
    return customer;
  }
  void leave(Customer& customer) {
    customer.is_running = false;
    --running;
    held->has_room();
  }
  void run_until(const std::function<bool()>& is_done) {
    loop.on_batch_end([this, is_done] {
      if (is_done()) loop.stop();
    });
    loop.run();
  }

  EventLoop loop;
  std::size_t room = 0;
  std::size_t running = 0;
  std::vector<std::string> told;
  std::unique_ptr<HeldLaunches> held;
};

void Customer::try_again() {
  ++tries;
  if (shop.running >= shop.room) return shop.held->hold(shared_from_this(), Error{"full", ENFILE});
  is_running = true;
  ++shop.running;
  shop.held->has_settled(*this);
}
void Customer::give_up(const Error& /*why*/) {
  is_given_up = true;
  shop.held->has_settled(*this);
}

}  // namespace

TEST_CASE("who finds no room waits in line until somebody has left") {
  Shop shop(1h);
  shop.room = 2;
  const auto a = shop.enter();
  const auto b = shop.enter();
  const auto c = shop.enter();
  const auto d = shop.enter();
  CHECK(a->is_running);
  CHECK(b->is_running);
  CHECK_FALSE(c->is_running);
  CHECK(d->tries == 0);  // behind c
  shop.leave(*a);
  shop.leave(*b);
  shop.run_until([&] { return c->is_running; });
  // A shortage halves how many may run: d waits for c although there is room.
  CHECK_FALSE(d->is_running);
  shop.leave(*c);
  shop.run_until([&] { return d->is_running; });
  CHECK(shop.told == std::vector<std::string>{
                         "out of open files (the limit of the machine): holding back, 2 running"});
}

TEST_CASE("room that others made is found without an end of our own") {
  Shop shop(1h);
  const auto a = shop.enter();
  CHECK_FALSE(a->is_running);
  shop.room = 1;
  shop.run_until([&] { return a->is_running; });
  CHECK(a->tries >= 2);
}

TEST_CASE("a shortage that lasts while nothing runs is given up, for everybody in line") {
  Shop shop(50ms);
  const auto a = shop.enter();
  const auto b = shop.enter();
  shop.run_until([&] { return a->is_given_up && b->is_given_up; });
  CHECK(a->tries >= 2);
  CHECK(b->tries >= 1);
}

TEST_CASE("who leaves the line is not tried again") {
  Shop shop(1h);
  const auto a = shop.enter();
  const auto b = shop.enter();
  CHECK(shop.held->remove(*a));
  CHECK_FALSE(shop.held->remove(*a));
  shop.room = 1;
  shop.run_until([&] { return b->is_running; });
  CHECK(a->tries == 1);
}
