// The SQL text of the database's tables: those of a new file, what turns an older file into one,
// and what makes an older file readable without changing it.
//
// Knows no connection and no version number (schema.cpp does). Used only there.
#pragma once

#include <string>
#include <string_view>

namespace ws::store {

[[nodiscard]] std::string all_tables();
// Schema 1 (before groups, retries and results were kept) to 2.
[[nodiscard]] std::string upgrade_from_1();
// For a connection that only reads a file of schema 1: temporary views with the columns of 2.
[[nodiscard]] std::string views_over_1();

}  // namespace ws::store
