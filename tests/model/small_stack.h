// Runs a function on a thread with a 256 KB stack: recursion on user-sized depth dies there.
#pragma once

#include <functional>
#include <pthread.h>
#include <stdexcept>

namespace ws::test {

inline void on_small_stack(const std::function<void()>& function) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, std::size_t{256} * 1024);
  pthread_t thread{};
  const auto run = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  std::function<void()> copy = function;
  if (pthread_create(&thread, &attributes, run, &copy) != 0) {
    throw std::runtime_error("cannot start a thread");
  }
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace ws::test
