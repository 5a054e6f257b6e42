// daemoniser [bare]: leaves a daemon behind (setsid, two forks) that holds stdout open, and ends
// after printing the daemon's pid. "bare": the daemon is a program started with an empty
// environment.
#include <cstdio>
#include <cstring>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "linger") == 0) {
    for (int i = 0; i < 600; ++i) sleep(1);
    return 0;
  }
  int ends[2];
  if (pipe(ends) != 0) return 1;
  const pid_t first = fork();
  if (first == 0) {
    setsid();
    const pid_t daemon = fork();
    if (daemon != 0) _exit(0);
    const pid_t self = getpid();
    if (write(ends[1], &self, sizeof self) != static_cast<ssize_t>(sizeof self)) _exit(1);
    close(ends[0]);
    close(ends[1]);
    if (argc > 1 && std::strcmp(argv[1], "bare") == 0) {
      char* const words[] = {argv[0], const_cast<char*>("linger"), nullptr};
      char* const nothing[] = {nullptr};
      execve(argv[0], words, nothing);
      _exit(1);
    }
    for (int i = 0; i < 600; ++i) sleep(1);
    _exit(0);
  }
  pid_t daemon = 0;
  if (read(ends[0], &daemon, sizeof daemon) != static_cast<ssize_t>(sizeof daemon)) return 1;
  if (argc > 1) usleep(50000);  // the exec is done
  std::printf("%d\n", static_cast<int>(daemon));
  return 0;
}
