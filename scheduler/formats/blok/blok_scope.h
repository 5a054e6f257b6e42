// What the names of a blok workflow (ctx.state.x, ctx.vars['x'], ctx.response.data) stand for where
// they are read: native paths, the likeliest first.
//
// A name may be written in several places. Only what is surely written ends the list; what stands
// in an arm that may not have run is followed by what was there before. Writes in an arm beside the
// reader's are not seen (each arm and each member of a container starts from what was there before
// them). Knows no expressions. Filled by the lowering in the order of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/datum.h"

namespace ws {

using NativePath = std::vector<std::string>;  // steps, load, result, rows

// What a path of an expression stands for.
struct BlokValue {
  std::vector<NativePath> candidates;  // each stands in where those before it have no value
  bool is_certain = true;              // false: none of them may have a value
  bool ends_in_null = false;           // the last candidate is always null
  std::optional<Datum> literal;        // instead of candidates
  std::string step;                    // when it is the whole result of one step or group: its id
  std::string why;                     // when there is neither: why not
  std::string hint;
};

// What runs at most once, in turn, or beside others.
enum class Region : std::uint8_t {
  certain,      // a finally
  conditional,  // an arm, a try, a loop: may not have run to its end
  items,        // once per item: what it wrote is gone afterwards
};

class BlokScope {
 public:
  using RegionId = std::size_t;

  BlokScope();

  // `group`: the native id whose end the region lies before.
  RegionId open(Region kind, std::string group);
  void close();  // the innermost
  void hide(RegionId region) { regions_[region].is_hidden = true; }
  void show(RegionId region) { regions_[region].is_hidden = false; }

  // The names its body writes, before the body is lowered.
  void enter_loop(std::set<std::string, std::less<>> written);
  void leave_loop() { loops_.pop_back(); }

  // ctx.error has a value.
  void enter_handler() { ++handlers_; }
  void leave_handler() { --handlers_; }

  // `name` is kept under ctx.state (or, with kPrevious, under ctx.response.data). `id`: of the step
  // or group; empty when the value is no whole result.
  void write(const std::string& name, NativePath base, std::string id);
  void write(const std::string& name, Datum literal);
  // Every member of a result becomes a name.
  void spread(NativePath base);
  // A name that is never kept, and why.
  void forbid(const std::string& name, std::string why);

  // Of a path as an expression has it: ctx.state.x.y, vars.x, ctx.request.body.z,
  // ctx.error.message.
  [[nodiscard]] BlokValue resolve(const std::vector<std::string>& path) const;
  // Of {"$ref": {"step": name, "path": […]}}.
  [[nodiscard]] BlokValue resolve_reference(const std::string& step,
                                            const std::vector<std::string>& path) const;

  static constexpr std::string_view kPrevious = "<previous>";

 private:
  struct Written {
    NativePath base;
    std::optional<Datum> literal;
    std::string id;
    RegionId region = 0;
  };
  struct RegionState {
    RegionId parent = 0;
    Region kind = Region::certain;
    std::string group;
    bool is_open = true;
    bool is_hidden = false;
  };
  struct Loop {
    std::set<std::string, std::less<>> written;
    RegionId region = 0;
  };
  struct Sight {
    bool is_seen = true;
    bool is_lost = false;  // it was written once per item
    std::string maybe;     // the outermost group that may not have run it; empty: certain
  };

  [[nodiscard]] Sight sight_of(RegionId region) const;
  [[nodiscard]] bool is_inside(RegionId region, RegionId of) const;
  [[nodiscard]] bool is_of_last_round(std::string_view name, const Written* certain) const;
  [[nodiscard]] bool is_within(std::string_view group) const;
  [[nodiscard]] BlokValue named(std::string_view name, const NativePath& rest) const;
  [[nodiscard]] BlokValue unknown(std::string_view name) const;
  [[nodiscard]] BlokValue error(const NativePath& rest) const;
  [[nodiscard]] BlokValue request(const NativePath& rest) const;
  [[nodiscard]] BlokValue of_context(const NativePath& path) const;

  std::vector<RegionState> regions_;
  std::vector<RegionId> open_;
  std::vector<Loop> loops_;
  std::size_t handlers_ = 0;
  std::map<std::string, std::vector<Written>, std::less<>> names_;
  std::vector<Written> spreads_;
  std::map<std::string, std::string, std::less<>> forbidden_;
  mutable std::size_t hints_left_ =
      100;  // looking for a near name costs as much as there are names
};

}  // namespace ws
