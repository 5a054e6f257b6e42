#include "cli/run_screen.h"

#include <chrono>
#include <unistd.h>

namespace ws::cli {
namespace {

constexpr Duration kRetry = std::chrono::milliseconds(20);  // looks again for room on the screen

int descriptor_of(Stream stream) { return stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO; }

ScreenSize size_of(int fd) {
  const auto size = terminal_size(fd);
  return size ? ScreenSize{size->columns, size->rows} : ScreenSize{};
}

}  // namespace

RunScreen::RunScreen(ScreenOptions options, EventLoop& loop, std::function<Duration()> since_start)
    : options_(std::move(options)),
      loop_(loop),
      since_start_(std::move(since_start)),
      output_(descriptor_of(options_.stream)),
      timer_(loop, [] {}) {
  const int fd = descriptor_of(options_.stream);
  Progress progress = options_.progress;
  if (progress == Progress::automatic)
    progress = can_move_cursor(fd) ? Progress::live : Progress::plain;
  options_.progress = progress;
  const auto sink = [this](std::string_view text) {
    output_.write(options_.mask(std::string(text)));
  };
  SummaryOptions summary;
  summary.style = options_.style;
  summary.state_dir_option = options_.state_dir_option;
  summary.inputs = options_.inputs;
  switch (progress) {
    case Progress::live: {
      LiveOptions live;
      summary.columns = size_of(fd).columns;
      live.summary = summary;
      live.size = [fd] { return size_of(fd); };
      live.last_output = options_.last_output;
      guard_ = std::make_unique<TerminalGuard>(fd);
      live_ = std::make_unique<LiveReport>(std::move(live), sink);
      break;
    }
    case Progress::automatic:
    case Progress::plain:
      plain_ = std::make_unique<PlainReport>(PlainOptions{summary}, sink);
      break;
    case Progress::none:
      break;
  }
}

Observer* RunScreen::observer() {
  if (live_) return live_.get();
  return plain_.get();
}

void RunScreen::print(std::string_view text) {
  if (options_.progress != Progress::none) output_.write(options_.mask(std::string(text)));
}

void RunScreen::say(const std::string& text) {
  if (live_) return live_->say(text);
  if (options_.progress == Progress::none) return complain(text);
  print(options_.style.clean(text) + "\n");
}

void RunScreen::refresh(const RunState& state) {
  if (!live_ && !plain_) return;
  const Duration now = since_start_();
  if (live_) live_->tick(now, state);
  if (plain_) plain_->tick(now, state);
  const Duration next = live_ ? live_->next_tick() : plain_->next_tick();
  Duration wait = std::max(next - now, Duration(std::chrono::milliseconds(1)));
  if (!output_.flush()) wait = std::min(wait, kRetry);
  timer_.arm(loop_.now() + wait);
}

void RunScreen::let_go() {
  if (live_) live_->close();
  (void)output_.flush();
}

void RunScreen::close() {
  if (live_) live_->close();
  guard_.reset();
  timer_.cancel();
}

void RunScreen::finish() { output_.finish(); }

}  // namespace ws::cli
