// Which files a command line means.
#include "cli/inputs.h"

#include <algorithm>
#include <filesystem>

#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ws;
using namespace ws::cli;

namespace {

// A directory with workstreams in all/, all/deep/ and beside it; wishes are relative to it.
class Files {
 public:
  Files() {
    for (const char* name :
         {"all/b.json", "all/a.yaml", "all/c.yml", "all/d.jsonc", "all/notes.txt",
          "all/.hidden.json", "all/deep/e.json", "one.json", "empty/readme.md"})
      dir_.write(name, "{}");
  }

  void add(const std::string& name) const { dir_.write(name, "{}"); }
  [[nodiscard]] std::string at(const std::string& name) const {
    return (dir_.path() / name).string();
  }

  [[nodiscard]] InputWish wish(const std::vector<std::string>& inputs) const {
    InputWish wish;
    for (const std::string& input : inputs) wish.inputs.push_back(at(input));
    return wish;
  }
  [[nodiscard]] InputWish wish_in(const std::string& directory,
                                  const std::vector<std::string>& inputs = {}) const {
    InputWish wish = this->wish(inputs);
    wish.directory = at(directory);
    return wish;
  }

  // Paths relative to the directory, with "!" for named files and "+" for library ones.
  std::vector<std::string> find(const InputWish& wish) {
    diagnostics = {};
    const InputSet set = find_inputs(wish, diagnostics);
    ids = set.ids;
    std::vector<std::string> found;
    for (const InputFile& file : set.files) {
      const std::string mark = file.is_named ? "!" : file.is_library ? "+" : "";
      found.push_back(mark + std::filesystem::relative(file.path, dir_.path()).string());
    }
    return found;
  }

  [[nodiscard]] std::string complaint() const {
    std::string text;
    for (const Diagnostic& item : diagnostics.items())
      text += item.message + "|" + item.hint + "\n";
    const std::string place = dir_.path().string() + "/";
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos;)
      text.erase(at, place.size());
    return text;
  }

  Diagnostics diagnostics;
  std::vector<std::string> ids;

 private:
  test::TempDir dir_;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a directory: its workstream files by name, hidden ones and folders left out") {
  Files files;
  CHECK(files.find(files.wish({"all"})) ==
        Names{"all/a.yaml", "all/b.json", "all/c.yml", "all/d.jsonc"});
  CHECK(files.diagnostics.items().empty());
}

TEST_CASE("folders inside only when asked") {
  Files files;
  InputWish wish = files.wish({"all"});
  wish.is_recursive = true;
  const Names found = files.find(wish);
  CHECK(found.size() == 5);
  CHECK(std::find(found.begin(), found.end(), "all/deep/e.json") != found.end());
}

TEST_CASE("files in the order given, each once") {
  Files files;
  CHECK(files.find(files.wish({"one.json", "all/b.json", "one.json", "all/../one.json"})) ==
        Names{"!one.json", "!all/b.json"});
  // The first way to name it counts: here as a member of its directory.
  CHECK(files.find(files.wish({"all", "all/a.yaml"})).front() == "all/a.yaml");
}

TEST_CASE("a named file may have any ending: reading it will say what it is") {
  Files files;
  CHECK(files.find(files.wish({"all/notes.txt"})) == Names{"!all/notes.txt"});
}

TEST_CASE("globs name files, and directories as themselves") {
  Files files;
  CHECK(files.find(files.wish({"all/*.y*ml"})) == Names{"!all/a.yaml", "!all/c.yml"});
  CHECK(files.find(files.wish({"al*"})) == files.find(files.wish({"all"})));
  CHECK(files.find(files.wish({"all/*.toml"})).empty());
  CHECK(files.complaint() == "nothing matches 'all/*.toml'|\n");
}

TEST_CASE("a file whose name holds a glob character is that file") {
  Files files;
  files.add("a[1].json");
  CHECK(files.find(files.wish({"a[1].json"})) == Names{"!a[1].json"});
}

TEST_CASE("nothing named: the workstreams directory, with what to do when there is none") {
  Files files;
  CHECK(files.find(files.wish_in("all")).size() == 4);
  CHECK(files.find(files.wish_in("workstreams")).empty());
  REQUIRE(files.diagnostics.items().size() == 1);
  CHECK(files.diagnostics.items()[0].hint ==
        "name a file or directory, or say where workstreams are: --workstreams-dir DIR");
}

TEST_CASE("ids are looked for in the workstreams directory") {
  Files files;
  InputWish positional = files.wish_in("all");
  positional.inputs = {"ws-x"};
  CHECK(files.find(positional).size() == 4);
  CHECK(files.ids == Names{"ws-x"});
  InputWish option = files.wish_in("all");
  option.ids = {"ws-y"};
  CHECK(files.find(option).size() == 4);
  CHECK(files.ids == Names{"ws-y"});
}

TEST_CASE("a file with the directory beside it: that one lends, and is not run") {
  Files files;
  InputWish wish = files.wish_in("all", {"one.json"});
  // Only when somebody asked for it: the default directory is not looked at.
  CHECK(files.find(wish) == Names{"!one.json"});
  wish.is_directory_explicit = true;
  CHECK(files.find(wish) ==
        Names{"!one.json", "+all/a.yaml", "+all/b.json", "+all/c.yml", "+all/d.jsonc"});
}

TEST_CASE("mistakes of all inputs at once") {
  Files files;
  CHECK(files.find(files.wish({"oen.json", "empty", "one.json"})) == Names{"!one.json"});
  CHECK(files.complaint() ==
        "cannot read 'oen.json': no such file or directory|did you mean 'one.json'?\n"
        "no workstream files in 'empty': nothing there ends in .json, .jsonc, .yaml, .yml, .kata "
        "or .prose|"
        "folders inside are looked at with --recursive\n");
}

TEST_CASE("an empty name is no id") {
  Files files;
  InputWish wish = files.wish_in("all");
  wish.inputs = {""};
  CHECK(files.find(wish).empty());
  CHECK(files.ids.empty());
  CHECK(files.complaint() == "cannot read '': no such file or directory|\n");
}
