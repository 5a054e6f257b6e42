// The SQL text of the database's tables: those of a new file, what turns an older file into one,
// and what makes an older file readable without changing it.
//
// Knows no connection and marks no file (schema.cpp does). Used only there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ws::store {

[[nodiscard]] std::string all_tables();
// From schema 1 (before groups, retries and results were kept), 2 (before successes were
// remembered) or 3 (before runs went on with earlier ones) to the newest.
[[nodiscard]] std::string upgrade_from(std::int64_t version);
// For a connection that only reads a file of that schema: what the newest has beyond it, as
// temporary views and tables.
[[nodiscard]] std::string views_over(std::int64_t version);

}  // namespace ws::store
