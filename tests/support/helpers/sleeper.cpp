// sleeper SECONDS: says "ready" and sleeps. SIGTERM ends it as usual.
#include <cstdlib>
#include <unistd.h>
int main(int argc, char** argv) {
  if (write(1, "ready\n", 6) != 6) return 1;
  sleep(argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 600);
  return 0;
}
