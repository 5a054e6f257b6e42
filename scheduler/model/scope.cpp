#include "model/scope.h"

namespace ws {

void serialise_overlapping_scopes(Draft&, std::span<const Vertex>, const LowerOptions&,
                                  Diagnostics&) {}

}  // namespace ws
