#include "cli/graphviz.h"

#include <cerrno>
#include <filesystem>
#include <optional>
#include <stdlib.h>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "platform/child_host.h"
#include "platform/child_process.h"
#include "platform/event_loop.h"
#include "platform/files.h"
#include "platform/machine.h"
#include "platform/program.h"
#include "report/graph_text.h"

namespace ws::cli {
namespace {

// A private directory that dies with its owner.
class Scratch {
 public:
  static Result<Scratch> make() {
    std::error_code ignored;
    std::string name =
        (std::filesystem::temp_directory_path(ignored) / "workstream-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      return os_error(fmt::format("cannot make '{}'", name), errno);
    return Scratch(std::move(name));
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

class OneChild final : public ChildListener {
 public:
  explicit OneChild(EventLoop& loop) : loop_(loop) {}
  void child_running(const ProcessStamp& /*stamp*/) override {}
  void child_output(std::string_view bytes) override { output += bytes; }
  void child_ended(const ChildEnd& how) override {
    end = how;
    loop_.stop();
  }
  void child_not_started(const Error& error) override {
    failure = error;
    loop_.stop();
  }

  std::string output;
  std::optional<ChildEnd> end;
  std::optional<Error> failure;

 private:
  EventLoop& loop_;
};

Result<void> run_program(std::vector<std::string> argv) {
  auto program = find_program(argv.front(), environment_value("PATH").value_or(""));
  if (program.has_error()) {
    Error error = program.error();
    error.message +=
        "; pictures need Graphviz (Debian: apt-get install graphviz), --format dot and mermaid do "
        "not";
    return error;
  }
  EventLoop loop;
  ChildHost host(loop, "WORKSTREAM_PICTURE");
  const EnvironmentBase environment(own_environment());
  ChildSpec spec{*program, std::move(argv), EnvironmentBlock(environment), {}, {}, {}};
  OneChild listener(loop);
  const ChildProcess child(host, std::move(spec), listener);
  loop.run();
  if (listener.failure) return *listener.failure;
  if (listener.end->is_signaled || listener.end->code != 0) {
    return Error{
        fmt::format("Graphviz failed ({} {}): {}", listener.end->is_signaled ? "signal" : "exit",
                    listener.end->code, printable(trimmed(listener.output))),
        0};
  }
  return {};
}

}  // namespace

Result<std::string> render_graphviz(std::string_view format, const std::string& dot) {
  const auto scratch = Scratch::make();
  if (scratch.has_error()) return scratch.error();
  const std::string input = scratch->file("graph.dot");
  const std::string output = scratch->file("picture");
  if (auto written = write_file(input, dot); written.has_error()) return written.error();
  if (auto ran = run_program(graphviz_command(format, input, output)); ran.has_error())
    return ran.error();
  return read_file(output);
}

}  // namespace ws::cli
