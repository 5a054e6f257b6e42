// swarm COUNT: starts that many children at once, each in a session of its own and deaf to SIGTERM,
// says "ready" when all are there, and ends with code 0 while they sleep on.
#include <csignal>
#include <cstdlib>
#include <unistd.h>

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 1000;
  int ends[2];
  if (pipe(ends) != 0) return 1;
  for (int i = 0; i < count; ++i) {
    const pid_t child = fork();
    if (child < 0) return 2;
    if (child > 0) continue;
    setsid();
    signal(SIGTERM, SIG_IGN);
    close(ends[0]);
    if (write(ends[1], "x", 1) != 1) _exit(1);
    close(ends[1]);
    for (int second = 0; second < 600; ++second) sleep(1);
    _exit(0);
  }
  close(ends[1]);
  char byte = 0;
  for (int i = 0; i < count; ++i)
    if (read(ends[0], &byte, 1) != 1) return 3;
  return write(1, "ready\n", 6) == 6 ? 0 : 4;
}
