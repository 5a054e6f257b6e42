// stubborn: ignores SIGTERM and SIGINT, says "ready" and sleeps. Only SIGKILL ends it.
#include <csignal>
#include <unistd.h>
int main() {
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  if (write(1, "ready\n", 6) != 6) return 1;
  for (int i = 0; i < 600; ++i) sleep(1);
  return 0;
}
