// spawner stay|leave: starts three children with one child each, all in its process group, says
// "ready", and either stays or leaves them behind with exit code 7. All of them ignore SIGTERM.
#include <csignal>
#include <cstring>
#include <unistd.h>

static void linger() {
  signal(SIGTERM, SIG_IGN);
  for (int i = 0; i < 600; ++i) sleep(1);
  _exit(0);
}

int main(int argc, char** argv) {
  for (int i = 0; i < 3; ++i) {
    if (fork() == 0) {
      if (fork() == 0) linger();
      linger();
    }
  }
  usleep(20000);  // the grandchildren are there
  if (write(1, "ready\n", 6) != 6) return 1;
  if (argc > 1 && std::strcmp(argv[1], "leave") == 0) return 7;
  for (int i = 0; i < 600; ++i) sleep(1);
  return 0;
}
