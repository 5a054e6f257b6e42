// stopper: says "ready" and stops itself (SIGSTOP). Continued, it ends with code 5.
#include <csignal>
#include <unistd.h>
int main() {
  if (write(1, "ready\n", 6) != 6) return 1;
  raise(SIGSTOP);
  return 5;
}
