#include "formats/shapes.h"

// A tool profile: one per file, or the values of a table.

namespace ws {
namespace {

constexpr Key kRules[] = {Key::success, Key::success_pattern};
constexpr Key kFailureRules[] = {Key::success, Key::failure_pattern};
constexpr OneOf kToolProfileOneOf[] = {{kRules}, {kFailureRules}};
constexpr KeySpec kToolProfileKeys[] = {
    {.key = Key::name, .shape = &kStepId, .doc = "Default: the file's name."},
    {.key = Key::description, .shape = &kText, .doc = "For people."},
    {.key = Key::command,
     .shape = &kCommand,
     .doc = "Words with {prompt}, {prompt_file}, {files}, {workdir}, {script}, {name}, {program}.",
     .is_required = true},
    {.key = Key::args, .shape = &kWords, .doc = "Further words."},
    {.key = Key::program,
     .shape = &kPaths,
     .doc =
         "Where the file that {program} stands for may lie; {name} is the step's own name of it."},
    {.key = Key::stdin_, .shape = &kText, .doc = "What it reads: usually {prompt}."},
    {.key = Key::env, .shape = &kEnvironment, .doc = "Variables on top of the environment."},
    {.key = Key::timeout, .shape = &kTimeout, .doc = "For steps without one."},
    {.key = Key::success, .shape = &kSuccess, .doc = "What counts as success."},
    {.key = Key::success_pattern, .shape = &kPatterns, .doc = "Must match some line."},
    {.key = Key::failure_pattern, .shape = &kPatterns, .doc = "Must match no line."},
    {.key = Key::install, .shape = &kText, .doc = "How to get the tool."},
};

}  // namespace

constinit const ObjectSpec kToolProfileObject({.name = "tool profile",
                                               .keys = kToolProfileKeys,
                                               .exclusions = kToolProfileOneOf});

}  // namespace ws
