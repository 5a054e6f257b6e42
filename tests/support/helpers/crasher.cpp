// crasher SIGNAL: ends by that signal, without a core file.
#include <csignal>
#include <cstdlib>
#include <sys/resource.h>
int main(int argc, char** argv) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  raise(argc > 1 ? std::atoi(argv[1]) : SIGSEGV);
  return 0;
}
