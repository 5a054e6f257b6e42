// closer: writes a line, closes stdout and stderr, runs on for a moment, ends with code 3.
#include <unistd.h>
int main() {
  if (write(1, "before\n", 7) != 7) return 1;
  close(1);
  close(2);
  usleep(100000);
  return 3;
}
