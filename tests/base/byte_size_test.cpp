// Numbers of bytes as people write and read them.
#include "base/byte_size.h"

#include "support/catch.h"

using namespace ws;

TEST_CASE("sizes are numbers with a unit") {
  CHECK(parse_byte_size("0") == 0);
  CHECK(parse_byte_size("4096") == 4096);
  CHECK(parse_byte_size("12 bytes") == 12);
  CHECK(parse_byte_size("7B") == 7);
  CHECK(parse_byte_size("64KiB") == 64 * 1024);
  CHECK(parse_byte_size("64k") == 64 * 1024);
  CHECK(parse_byte_size("10M") == 10 * 1024 * 1024);
  CHECK(parse_byte_size("1.5 GiB") == 3ULL * 512 * 1024 * 1024);
  CHECK(parse_byte_size("2GB") == 2'000'000'000);
  CHECK(parse_byte_size("1T") == 1ULL << 40);
  CHECK(parse_byte_size("8388608T") == 1ULL << 63);
}

TEST_CASE("what is no size") {
  for (const char* text :
       {"",    " ",   "K",   "-1",   "+1",     "1e9", "inf", "0x10",     "1 ",  "1  K", " 1K",
        "1KK", "1Ki", "1.5", "0.3K", "1.2.3K", ".",   "1P",  "8388609T", "1K2", "1G5M"}) {
    INFO(text);
    CHECK_FALSE(parse_byte_size(text).has_value());
  }
}

TEST_CASE("sizes as they are shown") {
  CHECK(format_byte_size(0) == "0 bytes");
  CHECK(format_byte_size(1023) == "1023 bytes");
  CHECK(format_byte_size(1536) == "1.5 KiB");
  CHECK(format_byte_size(1ULL << 30) == "1.0 GiB");
  CHECK(format_byte_size(1ULL << 60) == "1048576.0 TiB");
}
