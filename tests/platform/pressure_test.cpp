#include "platform/pressure.h"

#include "support/catch.h"

using namespace ws;

TEST_CASE("the load is the first number of /proc/loadavg") {
  CHECK(load_of("0.52 0.58 0.59 1/813 12345\n") == 0.52);
  CHECK(load_of("128.00 1 1 1/1 1") == 128.0);
  for (const char* bad : {"", "\n", "x", "-1 2 3", "nan 1 1", "inf", "1e999"})
    CHECK_FALSE(load_of(bad).has_value());
}

TEST_CASE("available memory is a share of all memory") {
  CHECK(available_share_of("MemTotal:       16000000 kB\nMemFree:  1 kB\n"
                           "MemAvailable:    4000000 kB\n") == 0.25);
  CHECK(available_share_of("MemAvailable: 0 kB\nMemTotal: 10 kB") == 0.0);
  CHECK(available_share_of("MemTotal: 10 kB\nMemAvailable: 20 kB") == 1.0);
  // Kernels before 3.14 do not say what is available.
  CHECK_FALSE(available_share_of("MemTotal: 10 kB\nMemFree: 5 kB\n").has_value());
  CHECK_FALSE(available_share_of("MemTotal: 0 kB\nMemAvailable: 0 kB\n").has_value());
  CHECK_FALSE(available_share_of("MemTotal:\nMemAvailable:\n").has_value());
  CHECK_FALSE(available_share_of("").has_value());
}

TEST_CASE("a stall is the mean over ten seconds of the line 'some'") {
  CHECK(stalled_share_of("some avg10=25.00 avg60=1.00 avg300=0.00 total=1\n"
                         "full avg10=99.00 avg60=0.00 avg300=0.00 total=0\n") == 0.25);
  CHECK(stalled_share_of("some avg10=0.00 avg60=0.00") == 0.0);
  CHECK(stalled_share_of("some avg10=250") == 1.0);
  CHECK_FALSE(stalled_share_of("full avg10=99.00\n").has_value());
  CHECK_FALSE(stalled_share_of("").has_value());
}

TEST_CASE("this machine says how it feels") {
  const Pressure pressure = read_pressure();
  REQUIRE(pressure.load_per_processor.has_value());
  CHECK(*pressure.load_per_processor >= 0);
  REQUIRE(pressure.memory_available.has_value());
  CHECK(*pressure.memory_available > 0);
  CHECK(*pressure.memory_available <= 1);
}
