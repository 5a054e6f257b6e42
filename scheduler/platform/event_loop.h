// The event loop: one thread, one asio io_context, run in batches. After each batch of ready
// handlers the batch-end callbacks run once, in the order they were added; the engine's turn() is
// one of them.
//
// Does not know what the callbacks do. Made by cli/; used by executors/ and the rest of platform/.
// Everything is called from the loop's thread; only post() and stop() may come from another one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace ws {

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs until stop(). The batch-end callbacks run once before anything else, so that what was
  // started before run() is seen. May be called again after it returned.
  void run();
  // Ends run() after the batch under way. Handlers still queued are kept for the next run().
  void stop();

  // Runs the task in the loop, never from inside this call.
  void post(std::function<void()> task);
  // Adds a callback to the end of every batch.
  void on_batch_end(std::function<void()> callback);
  // The same, but before and after all of those: for whoever has news for them, and for whoever
  // carries out what they decided (child_host.cpp).
  void before_batch_end(std::function<void()> callback);
  void after_batch_end(std::function<void()> callback);

  // Runs what is ready now, without ending a batch: for the last moments of a session.
  void poll();

  // The loop's time: monotonic, without what was skipped. wake_at() and every Timer go by it.
  [[nodiscard]] std::chrono::steady_clock::time_point now() const;
  // So much has passed for everybody but us and ours: we were stopped (Ctrl-Z).
  void skip(std::chrono::steady_clock::duration time);
  [[nodiscard]] std::chrono::steady_clock::duration skipped() const;
  // Makes sure that a batch ends at `when` or soon after it, even if nothing else happens.
  // Replaces the previous wish: there is one timer for the earliest thing to come.
  void wake_at(std::chrono::steady_clock::time_point when);
  void cancel_wake();

  // For the rest of platform/ only: no other floor includes asio.
  [[nodiscard]] boost::asio::io_context& io();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ws
