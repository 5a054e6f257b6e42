#include "model/raw_graph.h"

#include <unordered_map>

namespace ws {
namespace {

class RawGraphMaker {
 public:
  RawGraph make(const Workset& workset) {
    for (const Workstream& workstream : workset.workstreams) {
      for (const Dependency& needed : workstream.depends_on) connect(needed.name, workstream.id);
      if (workstream.is_single_step || workstream.steps.empty()) {
        node(workstream.id);
        continue;
      }
      const std::string prefix = workstream.id + "/";
      for (const Step& step : workstream.steps) {
        node(prefix + step.id);
        for (const Dependency& needed : step.depends_on)
          connect(prefix + needed.name, prefix + step.id);
      }
      for (const Group& group : workstream.groups) {
        for (const Dependency& needed : group.depends_on)
          connect(prefix + needed.name, prefix + group.id);
        for (const Dependency& member : group.members)
          connect(prefix + member.name, prefix + group.id);
      }
    }
    return std::move(graph_);
  }

 private:
  Vertex node(const std::string& name) {
    const auto [found, is_new] = vertices_.emplace(name, static_cast<Vertex>(graph_.names.size()));
    if (is_new) graph_.names.push_back(name);
    return found->second;
  }
  void connect(const std::string& from, const std::string& to) {
    const Vertex first = node(from);  // in this order: names appear as the files name them
    graph_.edges.push_back({first, node(to)});
  }

  RawGraph graph_;
  std::unordered_map<std::string, Vertex> vertices_;
};

}  // namespace

RawGraph raw_graph(const Workset& workset) { return RawGraphMaker().make(workset); }

}  // namespace ws
