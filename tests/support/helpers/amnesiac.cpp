// amnesiac: starts itself anew with an empty environment, three times: in its process group, in a
// session of its own, and as a daemon; says "ready" when they are there and ends with code 0.
#include <cstring>
#include <unistd.h>

static void linger(char* program) {
  char word[] = "linger";
  char* const words[] = {program, word, nullptr};
  char* const nothing[] = {nullptr};
  execve(program, words, nothing);
  _exit(1);
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "linger") == 0) {
    for (int second = 0; second < 600; ++second) sleep(1);
    return 0;
  }
  if (fork() == 0) linger(argv[0]);
  if (fork() == 0) {
    setsid();
    linger(argv[0]);
  }
  if (fork() == 0) {
    setsid();
    if (fork() == 0) linger(argv[0]);
    _exit(0);
  }
  usleep(50000);  // the execs are done
  return write(1, "ready\n", 6) == 6 ? 0 : 1;
}
