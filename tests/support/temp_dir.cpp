#include "support/temp_dir.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <stdlib.h>

namespace ws::test {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "workstream-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("cannot make a temporary directory");
  path_ = std::filesystem::canonical(name);
}

TempDir::~TempDir() {
  if (std::getenv("WORKSTREAM_KEEP") !=
      nullptr) {  // NOLINT(concurrency-mt-unsafe): tests are single-threaded
    std::fprintf(stderr, "kept: %s\n", path_.c_str());
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempDir::write(const std::filesystem::path& relative,
                                     std::string_view text) const {
  const std::filesystem::path full = path_ / relative;
  std::filesystem::create_directories(full.parent_path());
  std::ofstream(full, std::ios::binary) << text;
  return full;
}

std::string TempDir::read(const std::filesystem::path& relative) const {
  return read_file(path_ / relative);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace ws::test
