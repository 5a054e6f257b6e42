// term_counter: says "ready", counts SIGTERM and SIGINT for a quarter of a second after the first
// one, prints "TERM=n INT=n", ends with code 0.
#include <csignal>
#include <cstdio>
#include <unistd.h>

static volatile sig_atomic_t terms = 0;
static volatile sig_atomic_t ints = 0;
static void on_term(int) { terms = terms + 1; }
static void on_int(int) { ints = ints + 1; }

int main() {
  signal(SIGTERM, on_term);
  signal(SIGINT, on_int);
  if (write(1, "ready\n", 6) != 6) return 1;
  while (terms == 0 && ints == 0) usleep(1000);
  for (int i = 0; i < 250; ++i) usleep(1000);
  std::printf("TERM=%d INT=%d\n", static_cast<int>(terms), static_cast<int>(ints));
  return 0;
}
