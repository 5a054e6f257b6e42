#include "formats/shapes.h"

// `for_each`: a list, the product of named lists, or where the items come from.

namespace ws {
namespace {

constexpr KeySpec kGlobKeys[] = {
    {.key = Key::glob,
     .shape = &kName,
     .doc = "Every file that matches, in the order of their names.",
     .is_required = true},
};
constexpr KeySpec kLinesKeys[] = {
    {.key = Key::lines,
     .shape = &kPath,
     .doc = "Every line of this file; empty ones are left out.",
     .is_required = true},
};
constexpr KeySpec kFromKeys[] = {
    {.key = Key::from,
     .shape = &kName,
     .doc = "An expression that gives a list: ${steps.list.outputs.files}.",
     .is_required = true},
};

constinit const Shape kRow = map_of(kAnything, "an object");
constinit const Shape kRows = list_of(kRow, "a list of objects", 0);
constinit const Shape kDimension = list_of(kAnything, "a list of values", 1);
constexpr KeySpec kProductKeys[] = {
    {.key = Key::include, .shape = &kRows, .doc = "Further items, with every name."},
    {.key = Key::exclude, .shape = &kRows, .doc = "Items to leave out, with some names or all."},
};

constinit const Shape kItems = list_of(kAnything, "a list", 0);
constinit const Shape kGlobEntry = object_of(kGlobItemsObject, "an object with 'glob'");
constinit const Shape kLinesEntry = object_of(kLinesItemsObject, "an object with 'lines'");
constinit const Shape kFromEntry = object_of(kFromItemsObject, "an object with 'from'");
constinit const Shape kProductEntry = object_of(kProductObject, "an object of lists");
constinit const Shape kExpression = text_of(TextRule::not_empty, kExpressionNoun);
constexpr const Shape* kForEachParts[] = {&kItems,      &kExpression, &kGlobEntry,
                                          &kLinesEntry, &kFromEntry,  &kProductEntry};

}  // namespace

constinit const Shape kForEach =
    either_of(kForEachParts,
              "a list, an object of lists, an object with 'glob', 'lines' or 'from', or an "
              "expression");

constinit const ObjectSpec kGlobItemsObject({.name = "for_each glob",
                                             .keys = kGlobKeys,
                                             .marker = Key::glob});
constinit const ObjectSpec kLinesItemsObject({.name = "for_each lines",
                                              .keys = kLinesKeys,
                                              .marker = Key::lines});
constinit const ObjectSpec kFromItemsObject({.name = "for_each from",
                                             .keys = kFromKeys,
                                             .marker = Key::from});
constinit const ObjectSpec kProductObject({.name = "for_each product",
                                           .keys = kProductKeys,
                                           .others = &kDimension});

}  // namespace ws
