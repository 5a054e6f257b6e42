// graph_json of graph_text.h.
#include "report/graph_text.h"
#include "report/json_text.h"

namespace ws {
namespace {

std::string_view on_name(DependencyOn on) {
  switch (on) {
    case DependencyOn::success:
      return "success";
    case DependencyOn::failure:
      return "failure";
    case DependencyOn::done:
      return "done";
  }
  return {};
}

std::string_view why_name(EdgeWhy why) {
  switch (why) {
    case EdgeWhy::dependency:
      return "dependency";
    case EdgeWhy::gate:
      return "gate";
    case EdgeWhy::scope:
      return "scope";
  }
  return {};
}

}  // namespace

std::string graph_json(const Drawing& drawing) {
  Json head{{"schema_version", 1}, {"title", drawing.title}, {"clusters", Json::array()}};
  for (std::size_t i = 0; i < drawing.clusters.size(); ++i) {
    const DrawnCluster& cluster = drawing.clusters[i];
    head["clusters"].push_back({{"cluster", i},
                                {"id", cluster.id},
                                {"kind", name(cluster.kind)},
                                {"parent", cluster.parent ? Json(*cluster.parent) : Json()}});
  }
  head["nodes"] = Json::array();
  for (const DrawnNode& node : drawing.nodes) {
    Json item{{"id", node.id}, {"kind", name(node.shape)}};
    if (node.cluster) item["cluster"] = *node.cluster;
    if (node.state) item["state"] = name(*node.state);
    if (node.is_red) item["is_on_cycle"] = true;
    head["nodes"].push_back(std::move(item));
  }
  JsonListWriter writer(head, "edges");
  for (const DrawnEdge& edge : drawing.edges) {
    Json item{{"from", drawing.nodes[edge.from].id},
              {"to", drawing.nodes[edge.to].id},
              {"on", on_name(edge.on)},
              {"why", why_name(edge.why)}};
    if (edge.is_red) item["is_on_cycle"] = true;
    writer.add(item);
  }
  return writer.finish();
}

}  // namespace ws
