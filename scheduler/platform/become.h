// Turns this process into another program: the same pid, terminal and parent, another image.
//
// Knows nothing of what runs. Called by cli/ (a command that is another command line of ours).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ws {

// execv(3) of this very program with these words (the first is its name) in `directory`. Comes back
// only when that failed, with why.
[[nodiscard]] Error become_again(const std::string& directory, std::vector<std::string> words);

}  // namespace ws
