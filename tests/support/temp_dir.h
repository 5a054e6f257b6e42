// A directory that dies with the test. WORKSTREAM_KEEP=1 keeps it and prints its path, for
// debugging.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ws::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Writes a file below the directory, making folders as needed; returns its full path.
  std::filesystem::path write(const std::filesystem::path& relative, std::string_view text) const;
  [[nodiscard]] std::string read(const std::filesystem::path& relative) const;

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace ws::test
