// forker [session]: forks without end: each process starts one child and ends as soon as that one
// has forked too. Says "ready" from the tenth. "session": each is in a session of its own.
#include <csignal>
#include <cstring>
#include <unistd.h>

int main(int argc, char** argv) {
  const bool is_apart = argc > 1 && std::strcmp(argv[1], "session") == 0;
  signal(SIGTERM, SIG_IGN);
  const pid_t first = getpid();
  for (long generation = 0;; ++generation) {
    const pid_t child = fork();
    if (child < 0) {
      usleep(1000);
      continue;
    }
    if (child > 0) {
      if (getpid() != first) _exit(0);
      for (int second = 0; second < 600; ++second) sleep(1);  // the leader stays
      return 0;
    }
    if (is_apart) setsid();
    if (generation == 10 && write(1, "ready\n", 6) != 6) _exit(1);
    usleep(200);
  }
}
