// flooder BYTES: writes that many bytes to stdout, lines of 64 characters, as fast as it can.
#include <cstdlib>
#include <cstring>
#include <unistd.h>

int main(int argc, char** argv) {
  static char block[65536];
  std::memset(block, 'x', sizeof block);
  for (std::size_t i = 63; i < sizeof block; i += 64) block[i] = '\n';
  unsigned long long left = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 65536;
  while (left > 0) {
    const std::size_t wish = left < sizeof block ? static_cast<std::size_t>(left) : sizeof block;
    const ssize_t n = write(1, block, wish);
    if (n <= 0) return 1;
    left -= static_cast<unsigned long long>(n);
  }
  return 0;
}
