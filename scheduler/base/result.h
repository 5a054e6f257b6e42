// Result<T>: a value, or an Error that says what was tried and why the world said no.
//
// Errors are for the world (files, processes, the store). A user's wrong file is a Diagnostic; a
// failed step is an Outcome; our own mistakes are assertions. This file knows nothing of any of
// them, and nothing of workstreams.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <boost/system/result.hpp>

namespace ws {

struct Error {
  Error() = default;
  // Two arguments on purpose: an Error that could be made from one text would make
  // Result<std::string> ambiguous.
  Error(std::string text, int errnum) : message(std::move(text)), os_error(errnum) {}

  std::string message;  // lower-case fragment, no final period: "cannot open 'x': No such file or
                        // directory"
  int os_error = 0;     // errno, or 0 when no system call failed
};

// "what: strerror(errnum)", with the number kept.
[[nodiscard]] Error os_error(std::string_view what, int errnum);

// Each floor adds a clause in front: "cannot start the run: cannot open …".
[[nodiscard]] Error in_context(std::string_view clause, Error error);

// Called by boost::system::result::value() when there is none: reading it unchecked is a bug of
// ours.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace ws
