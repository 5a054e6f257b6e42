#include "base/result.h"

#include <stdexcept>
#include <system_error>

namespace ws {

Error os_error(std::string_view what, int errnum) {
  std::string message(what);
  message += ": ";
  message += std::generic_category().message(errnum);
  return Error{std::move(message), errnum};
}

Error in_context(std::string_view clause, Error error) {
  error.message = std::string(clause) + ": " + error.message;
  return error;
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error("bug: an error was read as a value at " + where.to_string() + ": " +
                         error.message);
}

}  // namespace ws
