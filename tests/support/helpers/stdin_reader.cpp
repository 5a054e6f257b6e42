// stdin_reader: prints how many bytes it read from stdin until end-of-file, and the last 16 of
// them.
#include <cstdio>
#include <string>
#include <unistd.h>
int main() {
  static char block[65536];
  unsigned long long count = 0;
  std::string tail;
  ssize_t n = 0;
  while ((n = read(0, block, sizeof block)) > 0) {
    count += static_cast<unsigned long long>(n);
    tail.append(block, static_cast<std::size_t>(n));
    if (tail.size() > 16) tail.erase(0, tail.size() - 16);
  }
  std::printf("%llu:%s\n", count, tail.c_str());
  return 0;
}
