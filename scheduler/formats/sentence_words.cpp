#include "formats/sentence_words.h"

#include <algorithm>
#include <array>

namespace ws {
namespace {

// Words in the order of their bytes (checked below), each with a blank behind it.
constexpr std::string_view kPrograms =
    ". 7z : MSBuild R Rscript act actionlint aider ansible ansible-lint ansible-playbook apt "
    "apt-get awk aws az bandit base64 basename bash bats bazel bc biome black brew buck buck2 "
    "buf bun bundle bundler bunx c++ cargo cat cc cd chmod chown cksum clang clang++ "
    "clang-format clang-tidy claude clippy-driver cmake cmp codex comm command composer conda "
    "coverage cp cppcheck cpplint csvlint ctest curl cut cypress dart dash dc dd deno df diff "
    "dig dir dirname django-admin docker docker-compose dotnet du echo egrep elixir eslint "
    "exec exit expr factor false ffmpeg fgrep file find fish flake8 flock flutter g++ gawk "
    "gcc gdb gh ghc git gitleaks go gofmt golangci-lint gradle gradlew grep gunzip gzip "
    "hadolint hatch head helm hostname htmlhint http httpie id install isort jar java javac "
    "jest journalctl jq json_pp jsonlint julia jupyter just karma kubectl kustomize ld ldd "
    "less lint-staged llvm-cov ln locale ls lsof lua luacheck lychee make markdown-link-check "
    "markdownlint markdownlint-cli2 md5sum meson minikube mix mkdir mkdocs mktemp mocha mongo "
    "mongosh mv mvn mvnw mypy mysql nc newman ng nginx ninja nl nm node nohup nosetests nox "
    "npm npx nslookup nvim objdump od openspec openssl packer parallel paste patch pdm perl "
    "pg_isready pgrep php phpunit pidof ping pip pip3 pipenv pipx pkill playwright pnpm "
    "podman poetry powershell pre-commit prettier printenv printf prove ps psql pulumi pwd "
    "pwsh py py.test pycodestyle pydocstyle pyflakes pylint pyright pytest python python2 "
    "python3 python3.10 python3.11 python3.12 python3.13 pytype qmake rake readelf readlink "
    "realpath redis-cli rg rm rmdir rspec rsync rubocop ruby ruff rustc rustfmt sass sbt "
    "scala scp screen sed semgrep seq set sh sha1sum sha256sum sha512sum shellcheck shfmt "
    "shuf size sleep snyk sort source sphinx-build split sqlfluff sqlite3 ss ssh stat strace "
    "strings stylelint su sudo swift sync systemctl systemd-analyze tac tail tar task tee "
    "terraform terragrunt test tflint time timeout tmux touch tox tr trap tree trivy true "
    "truncate ts-node tsc tsx type uname uniq unzip uv uvx vale valgrind vim vitest vulture "
    "wait wasm-pack watch wc wget whereis which whoami xargs xmllint xvfb-run yamllint yarn "
    "yes yq zcat zig zip zsh ";

constexpr std::string_view kFreeText =
    "awk cat cd chmod chown cp du echo egrep fgrep gawk grep head less ln ls mkdir mv printf "
    "rg rm rmdir sed stat tail tar tee touch tree unzip wc zip ";

constexpr std::string_view kInterpreters =
    "Rscript bash bun dash deno fish julia lua node perl php powershell pwsh py python python2 "
    "python3 python3.10 python3.11 python3.12 python3.13 ruby sh source ts-node tsx zsh ";

constexpr std::string_view kPredicates =
    "appear appears builds compiles completes contain contains covered covers exist exists "
    "exits fail fails finds finishes generates imports lists loaded loads match matches "
    "outputs pass passed passes passing prints produces raises renders reports returns runs "
    "shows starts succeed succeeded succeeds validates verifies work works ";

constexpr std::string_view kFollowers =
    "0 a all an and at by clean cleanly code correctly error errors every exactly exit "
    "expected failure failures fine for from green if in no none nothing ok on only properly "
    "status successfully the to valid warnings when with within without zero ";

constexpr std::string_view kLinking =
    "are can can't cannot does doesn't don't had has have is isn't must should shouldn't "
    "successfully was were will without won't would ";

constexpr std::string_view kIntroductions =
    "certain each every exist exists if sure that the to whether ";

constexpr std::string_view kGrammar =
    "a above after all an and any are as at be been before below but by can cannot each "
    "either every for from has have if in into is it its least less more most must no none "
    "not of on only or our over per remain remains should since so than that the their then "
    "there these they this those to under until was were when where which while will with "
    "within without you your ";

constexpr std::string_view kNever =
    "all api assert check checks code confirm coverage demonstrate docs document "
    "documentation each ensure evaluate every execute existing expect expected implementation "
    "inspect integration linting manual manually new no output results review run tests that "
    "the unit user users validates verify ";

constexpr std::string_view kIntransitives =
    "builds compiles completes exist exists fail failed fails finishes loads pass passed "
    "passes passing renders runs starts succeed succeeded succeeds validates works ";

constexpr std::string_view kStates =
    "available clean complete correct done green ok present ready valid ";

template <std::size_t N>
consteval std::array<std::string_view, N> split(std::string_view text) {
  std::array<std::string_view, N> words;
  std::size_t start = 0;
  for (std::string_view& word : words) {
    const std::size_t end = text.find(' ', start);
    word = text.substr(start, end - start);
    start = end + 1;
  }
  return words;
}

consteval std::size_t count(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
}

constexpr auto kProgramsList = split<count(kPrograms)>(kPrograms);
static_assert(std::is_sorted(kProgramsList.begin(), kProgramsList.end()));
constexpr auto kFreeTextList = split<count(kFreeText)>(kFreeText);
static_assert(std::is_sorted(kFreeTextList.begin(), kFreeTextList.end()));
constexpr auto kInterpretersList = split<count(kInterpreters)>(kInterpreters);
static_assert(std::is_sorted(kInterpretersList.begin(), kInterpretersList.end()));
constexpr auto kPredicatesList = split<count(kPredicates)>(kPredicates);
static_assert(std::is_sorted(kPredicatesList.begin(), kPredicatesList.end()));
constexpr auto kFollowersList = split<count(kFollowers)>(kFollowers);
static_assert(std::is_sorted(kFollowersList.begin(), kFollowersList.end()));
constexpr auto kLinkingList = split<count(kLinking)>(kLinking);
static_assert(std::is_sorted(kLinkingList.begin(), kLinkingList.end()));
constexpr auto kIntroductionsList = split<count(kIntroductions)>(kIntroductions);
static_assert(std::is_sorted(kIntroductionsList.begin(), kIntroductionsList.end()));
constexpr auto kGrammarList = split<count(kGrammar)>(kGrammar);
static_assert(std::is_sorted(kGrammarList.begin(), kGrammarList.end()));
constexpr auto kNeverList = split<count(kNever)>(kNever);
static_assert(std::is_sorted(kNeverList.begin(), kNeverList.end()));
constexpr auto kIntransitivesList = split<count(kIntransitives)>(kIntransitives);
static_assert(std::is_sorted(kIntransitivesList.begin(), kIntransitivesList.end()));
constexpr auto kStatesList = split<count(kStates)>(kStates);
static_assert(std::is_sorted(kStatesList.begin(), kStatesList.end()));

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::binary_search(words.begin(), words.end(), word);
}

}  // namespace

bool is_program(std::string_view word) { return is_in(kProgramsList, word); }

bool takes_free_text(std::string_view program) { return is_in(kFreeTextList, program); }

bool is_interpreter(std::string_view program) { return is_in(kInterpretersList, program); }

bool is_predicate(std::string_view word) { return is_in(kPredicatesList, word); }

bool is_intransitive(std::string_view word) { return is_in(kIntransitivesList, word); }

bool is_state(std::string_view word) { return word.ends_with("ed") || is_in(kStatesList, word); }

bool is_follower(std::string_view word) { return is_in(kFollowersList, word); }

bool is_linking_word(std::string_view word) { return is_in(kLinkingList, word); }

bool is_introduction(std::string_view word) { return is_in(kIntroductionsList, word); }

bool is_grammar(std::string_view word) { return is_in(kGrammarList, word); }

bool is_never_program(std::string_view word) { return is_in(kNeverList, word); }

}  // namespace ws
