#include "base/masker.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ws {
namespace {

constexpr std::size_t kPairs = 256UL * 256;

std::size_t pair_of(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) * 256UL + static_cast<unsigned char>(bytes[at + 1]);
}

}  // namespace

MaskPatterns::MaskPatterns(std::span<const std::string> texts) : nodes_(1), roots_(256, 0) {
  for (const std::string& text : texts) {
    if (text.empty()) continue;
    insert(text);
    shortest_ = shortest_ == 0 ? text.size() : std::min(shortest_, text.size());
  }
  link();
  if (shortest_ >= 2) prepare_jumps(texts);
}

std::uint32_t MaskPatterns::child(std::uint32_t node, unsigned char byte) const {
  if (node == 0) return roots_[byte];
  std::uint32_t at = nodes_[node].first_child;
  while (at != 0 && nodes_[at].byte != byte) at = nodes_[at].next_sibling;
  return at;
}

std::uint32_t MaskPatterns::after(std::uint32_t node, unsigned char byte) const {
  while (true) {
    const std::uint32_t next = child(node, byte);
    if (next != 0 || node == 0) return next;
    node = nodes_[node].fail;
  }
}

void MaskPatterns::insert(std::string_view text) {
  std::uint32_t node = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    std::uint32_t next = child(node, byte);
    if (next == 0) {
      next = static_cast<std::uint32_t>(nodes_.size());
      Node made;
      made.depth = nodes_[node].depth + 1;
      made.byte = byte;
      if (node == 0) {
        roots_[byte] = next;
      } else {
        made.next_sibling = std::exchange(nodes_[node].first_child, next);
      }
      nodes_.push_back(made);
    }
    node = next;
  }
  nodes_[node].longest = nodes_[node].depth;
}

// Breadth first: what a node falls back to is shorter, so it is linked already.
void MaskPatterns::link() {
  std::vector<std::uint32_t> queue;
  for (const std::uint32_t node : roots_)
    if (node != 0) queue.push_back(node);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::uint32_t parent = queue[i];
    for (std::uint32_t node = nodes_[parent].first_child; node != 0;
         node = nodes_[node].next_sibling) {
      nodes_[node].fail = after(nodes_[parent].fail, nodes_[node].byte);
      if (nodes_[node].longest == 0) nodes_[node].longest = nodes_[nodes_[node].fail].longest;
      queue.push_back(node);
    }
  }
}

// Of the first `shortest_` bytes of every text: how far from the end of a window of that length two
// bytes stand at most. Two that stand nowhere let the window jump beyond them.
void MaskPatterns::prepare_jumps(std::span<const std::string> texts) {
  const std::size_t widest = std::numeric_limits<std::uint8_t>::max();
  jumps_.assign(kPairs, static_cast<std::uint8_t>(std::min(shortest_ - 1, widest)));
  for (const std::string& text : texts) {
    if (text.empty()) continue;
    for (std::size_t i = 0; i + 1 < shortest_; ++i) {
      std::uint8_t& jump = jumps_[pair_of(text, i)];
      jump = static_cast<std::uint8_t>(std::min<std::size_t>(jump, shortest_ - 2 - i));
    }
  }
}

std::size_t MaskPatterns::skip(std::string_view bytes, std::size_t at) const {
  if (jumps_.empty()) return at;
  while (at + shortest_ <= bytes.size()) {
    const std::uint8_t jump = jumps_[pair_of(bytes, at + shortest_ - 2)];
    if (jump == 0) return at;
    at += jump;
  }
  return at;
}

MaskStream::MaskStream(std::shared_ptr<const MaskPatterns> patterns)
    : patterns_(std::move(patterns)) {}

void MaskStream::note(Found found) {
  while (!found_.empty() && found.begin < found_.back().end) {
    found.begin = std::min(found.begin, found_.back().begin);
    found_.pop_back();
  }
  found_.push_back(found);
}

void MaskStream::search(std::string_view bytes) {
  const MaskPatterns& patterns = *patterns_;
  for (std::size_t i = 0; i < bytes.size();) {
    if (node_ == 0) {
      i = patterns.skip(bytes, i);
      if (i >= bytes.size()) break;
    }
    node_ = patterns.after(node_, static_cast<unsigned char>(bytes[i++]));
    const std::uint32_t longest = patterns.nodes_[node_].longest;
    if (longest != 0) note({at_ + i - longest, at_ + i});
    // What no text goes on from is no beginning of one: nothing of it need be held back.
    while (node_ != 0 && patterns.nodes_[node_].first_child == 0)
      node_ = patterns.nodes_[node_].fail;
  }
  at_ += bytes.size();
}

// `bytes` are the last that came; what was held back stands before them.
void MaskStream::give_plain(std::string_view bytes, std::uint64_t end) {
  const std::uint64_t start = at_ - bytes.size();  // of `bytes`
  if (given_ < start) {
    const std::uint64_t held_from = start - held_.size();
    const std::uint64_t stop = std::min(end, start);
    out_.append(held_, given_ - held_from, stop - given_);
    given_ = stop;
  }
  if (given_ >= end) return;
  out_.append(bytes.substr(given_ - start, end - given_));
  given_ = end;
}

// Nothing that is found later begins before `settled`.
void MaskStream::give(std::string_view bytes, std::uint64_t settled) {
  std::size_t done = 0;
  for (const Found& found : found_) {
    if (found.end > settled) break;
    give_plain(bytes, found.begin);
    out_ += kMask;
    given_ = found.end;
    ++done;
  }
  found_.erase(found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(done));
  const std::uint64_t end = found_.empty() ? settled : std::min(settled, found_.front().begin);
  if (given_ < end) give_plain(bytes, end);
}

std::string_view MaskStream::feed(std::string_view bytes) {
  out_.clear();
  const std::uint64_t start = at_;
  search(bytes);
  const std::uint64_t settled = at_ - patterns_->nodes_[node_].depth;
  if (held_.empty() && found_.empty()) {  // as nearly always: nothing is copied
    given_ = settled;
    held_ = bytes.substr(settled - start);
    return bytes.substr(0, settled - start);
  }
  give(bytes, settled);
  if (given_ >= start) {
    held_ = bytes.substr(given_ - start);
  } else {
    held_.erase(0, held_.size() - (start - given_));
    held_ += bytes;
  }
  return out_;
}

std::string_view MaskStream::finish() {
  out_.clear();
  give({}, at_);
  held_.clear();
  node_ = 0;
  return out_;
}

void MaskStream::look_for(const std::shared_ptr<const MaskPatterns>& patterns) {
  if (patterns_ == patterns) return;
  patterns_ = patterns;
  node_ = 0;
  found_.clear();
  at_ = given_;
  // What is held back is searched again; what that lets go comes with the next bytes.
  const std::string again = std::exchange(held_, {});
  search(again);
  held_ = again;
}

std::string masked(const std::shared_ptr<const MaskPatterns>& patterns, std::string_view text) {
  MaskStream stream(patterns);
  std::string out(stream.feed(text));
  out += stream.finish();
  return out;
}

}  // namespace ws
