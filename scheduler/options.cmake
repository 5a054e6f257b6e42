# Compiler options for our own code, the third-party packages, and the one function that declares a floor.
# Third-party headers are SYSTEM, so warnings (and -Werror) concern only what is written here.

add_library(ws_options INTERFACE)
target_compile_features(ws_options INTERFACE cxx_std_20)
target_include_directories(ws_options INTERFACE ${PROJECT_SOURCE_DIR}/scheduler)
target_compile_options(ws_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum -Wnon-virtual-dtor
  -Woverloaded-virtual -Wextra-semi -Wold-style-cast -Wdouble-promotion -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 finds overlaps in std::string's operator+ that are not there (its bug 105651); 13 does not.
  target_compile_options(ws_options INTERFACE -Wno-restrict)
endif()
if(WORKSTREAM_WERROR)
  target_compile_options(ws_options INTERFACE -Werror)
endif()
if(WORKSTREAM_SANITIZE)
  target_compile_options(ws_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
                                              -fno-omit-frame-pointer)
  target_link_options(ws_options INTERFACE -fsanitize=address,undefined)
endif()
if(WORKSTREAM_COVERAGE)
  target_compile_options(ws_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(ws_options INTERFACE -fprofile-instr-generate)
endif()
if(WORKSTREAM_FUZZ)
  target_compile_options(ws_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined)
  target_link_options(ws_options INTERFACE -fsanitize=address,undefined)
endif()

# Debian 12's versions are the floor; later ones are welcome.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)

if(NOT TARGET yaml-cpp::yaml-cpp) # Debian's 0.7 exports the target without a namespace
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
if(NOT TARGET SQLite::SQLite3)
  message(FATAL_ERROR "SQLite3 was found without its CMake target")
endif()

# ws_floor(NAME SOURCES a.cpp … [LINKS targets …] [PRIVATE_LINKS targets …])
# Declares one floor of the house: a static library that can include only what it links.
function(ws_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;PRIVATE_LINKS")
  add_library(ws_${name} STATIC ${arg_SOURCES})
  target_link_libraries(ws_${name} PUBLIC ws_options fmt::fmt ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
endfunction()

# ws_test(NAME SOURCES a_test.cpp … LINKS targets …): one test program per floor, each case a CTest test.
function(ws_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE ws_test_support ${arg_LINKS})
  catch_discover_tests(${name}_test TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 120 DISCOVERY_MODE PRE_TEST)
endfunction()
