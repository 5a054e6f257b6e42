// `convert` and secrets: values of names in `secrets:` that stand in a workstream's texts become
// `${env.NAME}` again, so that the new file loads where the variable is set and holds no secret.
//
// Knows no notation: it is asked for each text that is written. Values too short to be looked for
// in other texts (kShortestSecret) are found only under their own name. Used by cli/convert.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/workstream.h"

namespace ws::cli {

class KeptSecrets {
 public:
  explicit KeptSecrets(const std::vector<const Workstream*>& workstreams);

  // For write_workstreams().
  [[nodiscard]] std::string rewrite(std::string_view path, std::string text);
  // Where what was not written, by name.
  [[nodiscard]] const std::map<std::string, std::vector<std::string>>& places() const {
    return places_;
  }

 private:
  void learn(const std::string& name, std::string value);
  void learn_from(const Workstream& workstream);

  std::vector<std::string> names_;
  std::vector<std::pair<std::string, std::string>> values_;  // and their names, the longest first
  std::map<std::string, std::vector<std::string>> places_;
};

}  // namespace ws::cli
