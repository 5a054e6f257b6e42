#include "formats/resume_reader.h"

#include "formats/shapes.h"

namespace ws {

void read_resume(const Fields& fields, Reading& reading) {
  const Field* block = fields.find(Key::resume);
  if (block == nullptr || !block->value.is_object()) return;
  const Fields resume(block->value, kResumeObject);
  ResumePolicy policy;
  policy.is_enabled = read_flag(resume.find(Key::enabled), true);
  const std::string from = read_text(resume.find(Key::strategy));
  if (from == "from_phase_start") policy.from = ResumePolicy::From::phase_start;
  if (from == "from_beginning") policy.from = ResumePolicy::From::beginning;
  policy.cleans_up = read_flag(resume.find(Key::cleanup_on_complete), false);
  const Field* checks = resume.find(Key::on_resume);
  if (checks != nullptr && checks->value.is_object()) {
    const Fields wanted(checks->value, kOnResumeObject);
    policy.refuses_edits = read_flag(wanted.find(Key::check_file_changes), false);
  }
  reading.workstream.resume = policy;
}

}  // namespace ws
