// forker FILE [session]: forks without end, for half a minute: each process starts one child and
// ends, but for the first, which stays. Each makes FILE one byte longer, because none lives long
// enough to be seen in a list. "session": each is in a session of its own.
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) return 1;
  const int file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600);
  const bool is_apart = argc > 2 && std::strcmp(argv[2], "session") == 0;
  signal(SIGTERM, SIG_IGN);
  const pid_t first = getpid();
  const time_t end = time(nullptr) + 30;
  while (time(nullptr) < end) {
    const pid_t child = fork();
    if (child < 0) {
      usleep(1000);
      continue;
    }
    if (child > 0) {
      if (getpid() != first) _exit(0);
      sleep(30);
      return 0;
    }
    if (is_apart) setsid();
    if (write(file, "x", 1) != 1) _exit(1);
    usleep(200);
  }
  return 0;
}
