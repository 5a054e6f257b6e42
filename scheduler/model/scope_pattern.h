// One pattern of a file scope: normal form, and whether two of them can name the same file.
//
// A pattern is a file, a directory or a glob (`*`, `?`, `[…]`, `**`), and stands for everything
// below it too: `src` is `src/` is `src/**`. Beside a glob a name with an extension (`app.js`,
// `*.py`) counts as a file unless a slash follows. Text only: never looks at the file system, so
// case counts and symbolic links do not.
#pragma once

#include <string>
#include <string_view>

namespace ws {

// Without `./`, `//`, a trailing slash or a trailing `*` or `**` (implied), with `..` resolved
// where it can be. "" is the directory everything is relative to; absolute paths keep their slash.
[[nodiscard]] std::string normal_scope(std::string_view pattern);

// Both in normal form. Exact, but for very long globs, which are taken to overlap.
[[nodiscard]] bool scopes_overlap(std::string_view a, std::string_view b);

// The directory above the first component with a wildcard; the pattern itself when it has none.
[[nodiscard]] std::string_view literal_directory(std::string_view normal);

}  // namespace ws
