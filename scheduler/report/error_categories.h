// Failures of many members told in few words: by message, most frequent first.
//
// Pure text; knows no runs. The wording is the source document's (FORMATS.md 4.3) and scripts match
// it: it never changes, "1 error types" included. Used by the result and the summary.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ws {

struct MemberError {
  std::size_t index = 0;  // of the member, in declaration order
  std::string message;    // its category
};

struct ErrorCategory {
  std::string message;
  std::size_t count = 0;
  std::size_t first_index = 0;
};

// By count, descending; ties by the index of their first member.
[[nodiscard]] std::vector<ErrorCategory> categorise(std::span<const MemberError> errors);

// "parallel execution failed: item 5: connection refused" for one; for several "parallel execution
// failed: 15 items failed with 2 error types: 'connection refused' (12 items), 'timeout exceeded'
// (3 items)". Empty for none.
[[nodiscard]] std::string describe_errors(std::span<const MemberError> errors);

}  // namespace ws
