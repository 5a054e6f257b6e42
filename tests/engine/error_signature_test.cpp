#include "engine/error_signature.h"

#include "support/catch.h"

using namespace ws;

namespace {

bool is_same(std::string_view a, std::string_view b) {
  return error_signature("exit 1", a) == error_signature("exit 1", b);
}

}  // namespace

TEST_CASE("the same error with other numbers, paths and addresses") {
  struct Pair {
    const char* one;
    const char* other;
  };
  const Pair pairs[] = {
      {"Connection refused after 3 tries", "Connection refused after 12 tries"},
      {"connect to 10.0.0.7:5432 failed", "connect to 192.168.10.14:5433 failed"},
      {"2024-05-06T12:34:56.789Z ERROR pool exhausted",
       "2025-11-30T01:02:03.001Z ERROR pool exhausted"},
      {"[2024-05-06 12:34:56,123] ERROR: queue full",
       "[2024-05-06 12:35:01,007] ERROR: queue full"},
      {"2024-05-06T12:34:56+02:00 late", "2024-12-06T12:34:56+01:00 late"},
      {"May  6 12:34:56 sshd[4711]: Failed password", "Jun 16 01:04:06 sshd[12]: Failed password"},
      {"Mon Jan  6 12:00:00 2025: lock held", "Sat Nov 21 03:17:04 2026: lock held"},
      {"segfault at 0x7ffd3c2a1b08 ip 0x00005581", "segfault at 0x7ffe11111111 ip 0x0000abcd"},
      {"ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x55",
       "ERROR: AddressSanitizer: heap-use-after-free on address 0x60200000ffff at pc 0xa1"},
      {"request 123e4567-e89b-12d3-a456-426614174000 failed",
       "request 00112233-4455-6677-8899-aabbccddeeff failed"},
      {"request abcdefab-cdef-abcd-efab-cdefabcdefab failed",
       "request 00112233-4455-6677-8899-aabbccddeeff failed"},
      {"bad object 3f2a9c1", "bad object 9d8e7f6a5b4c3d2e1f009d8e7f6a5b4c3d2e1f00"},
      {"cannot open '/tmp/run 1/a b.txt': denied", "cannot open '/home/u/x.txt': denied"},
      {"cannot open \"/tmp/x\": denied", "cannot open \"/var/y z\": denied"},
      {"/usr/bin/ld: cannot find -lfoo", "/opt/cross/bin/ld: cannot find -lfoo"},
      {"src/a.cpp:12:5: error: expected ';'", "lib/b.cpp:130:17: error: expected ';'"},
      {"main.c:12:5: error: 'x' undeclared", "main.c:300: error: 'x' undeclared"},
      {"at C:\\Users\\me\\a.py line 3", "at D:\\x\\b.py line 9"},
      {"open ./build/x1.o: no space left", "open ../other/y.o: no space left"},
      {"timed out after 1.5s", "timed out after 250ms"},
      {"took 2m 45s, giving up", "took 59s, giving up"},
      {"took 1h30m, giving up", "took 12ms, giving up"},
      {"waited 1 second", "waited 30 seconds"},
      {"1 failed, 3 passed in 0.12s", "12 failed, 1 passed in 3.40s"},
      {"= 1 failed in 0.12s =", "= 1 failed in 100.1s ="},
      {"worker12 died", "worker7 died"},
      {"thread-3 panicked", "thread-14 panicked"},
      {"used 93% of memory (15.2GiB)", "used 9% of memory (800MB)"},
      {"cannot remove 'tmpx3k9ab'", "cannot remove 'tmp1zz'"},
      {"cannot remove 'tmp.AbCdEf'", "cannot remove 'tmp.gh1Jkl'"},
      {"job pip-build-env-x8f3k2j failed", "job pip-build-env-q1w2e3r failed"},
      {"\x1b[31mError:\x1b[0m no route", "Error: no route"},
      {"\x1b]0;title failed", "\x1b]0;title failed"},
      {"  many   blanks\there ", "many blanks here"},
      {"fatal: no route\r\n", "fatal: no route\n"},
      {"10%\r20%\r50%\rfatal: no route", "fatal: no route"},
      {"error: x\n-----\n\n   ^~~~\n", "error: x"},
      {"retrying...\nretrying...\nretrying...\nboom", "retrying...\nboom"},
      {"waiting 1 s\nwaiting 2 s\nboom", "waiting 1 s\nwaiting 2 s\nwaiting 4 s\nboom"},
      {"GET https://a.example/v1/items?id=3 failed", "GET https://b.example/v2/x?y=z&t=9 failed"},
      {"0.5", "17"},
      {"", "\n\n  \n"},
      {"version 1.2.3 is too old", "version 1.10.0 is too old"},
  };
  for (const Pair& pair : pairs) {
    INFO(pair.one << "\n" << pair.other);
    INFO(folded_line(pair.one) << "\n" << folded_line(pair.other));
    CHECK(is_same(pair.one, pair.other));
  }
}

TEST_CASE("different errors stay different") {
  struct Pair {
    const char* one;
    const char* other;
  };
  const Pair pairs[] = {
      {"Connection refused", "Connection reset by peer"},
      {"Permission denied", "No such file or directory"},
      {"cannot open '/tmp/a': Permission denied", "cannot open '/tmp/a': Is a directory"},
      {"error[E0308]: mismatched types", "error[E0277]: mismatched types"},
      {"error TS2345: bad argument", "error TS2322: bad argument"},
      {"undefined reference to 'foo'", "undefined reference to 'bar'"},
      {"ValueError: x", "KeyError: x"},
      {"exit code 1", "exit code 2"},
      {"HTTP 404", "HTTP 500"},
      {"HTTP/1.1 404 from the server", "HTTP/1.1 503 from the server"},
      {"status: 401", "status: 403"},
      {"[Errno 111] failed", "[Errno 113] failed"},
      {"killed by signal 9", "killed by signal 15"},
      {"I/O error", "CPU error"},
      {"text/html refused", "text/plain refused"},
      {"test 3 failed", "test 4 failed"},
      {"template missing", "temporary missing"},
      {"tmp is full", "disk is full"},
      {"", "boom"},
      {"a\nb\nc", "a\nb\nd"},
      {"Mon is not a day", "Tue is not a day"},
      {"Größe falsch", "Länge falsch"},
      {"x deadbeefs", "x facade"},
  };
  for (const Pair& pair : pairs) {
    INFO(pair.one << "\n" << pair.other);
    INFO(folded_line(pair.one) << "\n" << folded_line(pair.other));
    CHECK_FALSE(is_same(pair.one, pair.other));
  }
}

TEST_CASE("the reason counts as well as the output") {
  CHECK(error_signature("exit 1", "boom") != error_signature("exit 2", "boom"));
  CHECK(error_signature("exit 1", "") != error_signature("killed by signal 9 (SIGKILL)", ""));
  CHECK(error_signature("killed by signal 9 (SIGKILL)", "") !=
        error_signature("killed by signal 15 (SIGTERM)", ""));
  CHECK(error_signature("timed out after 5m 00s", "") ==
        error_signature("timed out after 30s", ""));
  CHECK(error_signature("output matched 'FAILED': FAILED after 3 s", "") ==
        error_signature("output matched 'FAILED': FAILED after 5 s", ""));
  CHECK(error_signature("boom", "") != error_signature("", "boom"));
}

TEST_CASE("only the last lines that say something take part") {
  const std::string_view end = "\none\ntwo\nthree\nfour\nfive";
  CHECK(is_same("first" + std::string(end), "other" + std::string(end)));
  CHECK_FALSE(is_same("one\ntwo\nthree\nfour\nfive", "zero\ntwo\nthree\nfour\nfive"));
}

TEST_CASE("what is folded of a line") {
  CHECK(folded_line("at /usr/lib/x.so.") == "at \x02.");
  CHECK(folded_line("and/or") == "and/or");
  CHECK(folded_line("") == "");
  CHECK(folded_line("\x1b[") == "");
  CHECK(folded_line("\x1b") == "");
  CHECK(folded_line("'/open quote and '~/more \"/x") == "'\x02'\x02 \"\x02");
}

// Where the cost were not linear, this would not end within the test's time limit.
TEST_CASE("hostile text costs linear time, and no text has the signature 0") {
  for (const std::string_view part :
       {"'/", "\"/ ", "`/x",  "a",   "1",    "-",  "/",    "1.",   "f-",        "\x1b[", "\r",
        "\n", "a\n",  "tmp-", "://", "C:\\", "0x", "Mon ", "\xff", "00112233-", "'/a'",  "ab1\n"}) {
    std::string text;
    while (text.size() < 2'000'000) text += part;
    INFO(part);
    CHECK(error_signature("exit 1", text) != 0);
  }
  CHECK(error_signature("", "") != 0);
}
