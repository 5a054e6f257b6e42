// The views' forms, one function and one file each.
//
// Pure: from the reading of a native result to the value that is printed. Throw what the JSON
// library throws about a result that is none; only views.cpp calls them and catches it.
#pragma once

#include "report/views/result_reading.h"

namespace ws {

// {taskId, kataName, state, phases, variables{parallel_results, parallel_errors, …}, …}
[[nodiscard]] Json kata_view(const ResultReading& reading);
// {Results, Errors[{Index, Item, Err}], Error, …}
[[nodiscard]] Json go_view(const ResultReading& reading);
// {success, data{results, execution_info}, error, …}
[[nodiscard]] Json blok_view(const ResultReading& reading);
// {run_id, state, steps[{id, state}], progress, checkpoint, …}
[[nodiscard]] Json workstream_view(const ResultReading& reading);

// One workstream: its form. Several: {"run_id", `verdict`, "exit_code", "workstreams": [forms]},
// `verdict` being what stands in front of them.
template <class Form>
[[nodiscard]] Json each_workstream(const ResultReading& reading, const Json& verdict, Form form) {
  if (reading.workstreams().size() == 1) return form(reading.workstreams().front());
  Json all = verdict;
  all["workstreams"] = Json::array();
  for (const std::string& workstream : reading.workstreams())
    all["workstreams"].push_back(form(workstream));
  return all;
}

}  // namespace ws
