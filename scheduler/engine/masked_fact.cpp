#include "engine/masked_fact.h"

#include <optional>
#include <utility>
#include <variant>

#include "model/datum.h"

namespace ws {
namespace {

void hide(std::string& text, const Secrets& secrets) { text = secrets.hide(text); }

void hide(std::vector<std::string>& texts, const Secrets& secrets) {
  for (std::string& text : texts) hide(text, secrets);
}

// As deep as parse_json() goes.
Datum hidden(Datum datum, const Secrets& secrets) {
  if (auto* list = std::get_if<Datum::List>(&datum.value)) {
    for (Datum& item : *list) item = hidden(std::move(item), secrets);
    return datum;
  }
  if (auto* members = std::get_if<Datum::Map>(&datum.value)) {
    for (Datum::Member& member : *members) {
      hide(member.first, secrets);
      member.second = hidden(std::move(member.second), secrets);
    }
    return datum;
  }
  std::string plain = to_plain_text(datum);
  std::string text = secrets.hide(plain);
  return text == plain ? datum : Datum{std::move(text)};
}

struct Hide {
  const Secrets& secrets;

  void operator()(Exited& /*o*/) const {}
  void operator()(Signaled& /*o*/) const {}
  void operator()(TimedOut& /*o*/) const {}
  void operator()(Cancelled& /*o*/) const {}
  void operator()(SpawnFailed& o) const { hide(o.error, secrets); }
  void operator()(RateLimited& /*o*/) const {}
  void operator()(Lost& o) const { hide(o.why, secrets); }

  void operator()(RunStarted& /*f*/) const {}
  void operator()(AttemptStarted& f) const { hide(f.command, secrets); }
  void operator()(AttemptRunning& /*f*/) const {}
  void operator()(AttemptStopping& /*f*/) const {}
  void operator()(AttemptFinished& f) const {
    std::visit(*this, f.outcome);
    hide(f.why, secrets);
    AttemptFacts& facts = f.facts;
    for (std::string* text :
         {&facts.forbidden_output, &facts.log_error, &facts.broken_rule, &facts.last_line})
      hide(*text, secrets);
    for (auto* texts : {&facts.missing_output, &facts.missing_files, &facts.undeclared_files,
                        &facts.uncreated_files})
      hide(*texts, secrets);
  }
  void operator()(OutputsCollected& f) const {
    for (NamedValue& value : f.values) {
      if (value.json.empty()) continue;
      std::string json = masked_json(value.json, secrets);
      value.is_masked = value.is_masked || json != value.json;
      value.json = std::move(json);
    }
  }
  void operator()(RetryScheduled& f) const { hide(f.why, secrets); }
  void operator()(BreakerOpened& f) const { hide(f.why, secrets); }
  void operator()(BreakerClosed& /*f*/) const {}
  void operator()(GroupBegan& /*f*/) const {}
  void operator()(FanOutExpanded& f) const {
    for (std::string& item : f.items) {
      std::string json = masked_json(item, secrets);
      f.is_masked = f.is_masked || json != item;
      item = std::move(json);
    }
  }
  void operator()(GroupDecided& f) const { hide(f.why, secrets); }
  void operator()(GroupRestarted& f) const { hide(f.why, secrets); }
  void operator()(RunPaused& f) const { hide(f.why, secrets); }
  void operator()(RunResumed& /*f*/) const {}
  void operator()(WorkersChanged& f) const { hide(f.why, secrets); }
  void operator()(RollbackStarted& /*f*/) const {}
  void operator()(CompensationFinished& f) const { hide(f.why, secrets); }
  void operator()(AcceptanceFinished& f) const { hide(f.why, secrets); }
  void operator()(StepFinished& f) const {
    hide(f.why, secrets);
    hide(f.key, secrets);
    if (f.outcome) std::visit(*this, *f.outcome);
  }
  void operator()(StepSkipped& f) const { hide(f.why, secrets); }
  void operator()(GroupJoined& /*f*/) const {}
  void operator()(StopRequested& /*f*/) const {}
  void operator()(RunFinished& /*f*/) const {}
  void operator()(AttemptsResumed& f) const { hide(f.why, secrets); }
  void operator()(RoundResumed& /*f*/) const {}
};

}  // namespace

std::string masked_json(const std::string& json, const Secrets& secrets) {
  if (!secrets.is_in(json)) return json;
  std::optional<Datum> datum = parse_json(json);
  return datum ? to_json(hidden(std::move(*datum), secrets)) : secrets.hide_in_json(json);
}

InputValues masked_inputs(const InputValues& inputs, const Secrets& secrets) {
  InputValues shown;
  for (const auto& [name, value] : inputs) shown.emplace(name, hidden(value, secrets));
  return shown;
}

void learn_output(Secrets& secrets, const NamedValue& value) {
  if (!secrets.has_name(value.name)) return;
  const std::optional<Datum> datum = parse_json(value.json);
  if (datum) secrets.learn(value.name, to_plain_text(*datum));
}

Fact masked_fact(const Fact& fact, const Secrets& secrets) {
  Fact shown = fact;
  std::visit(Hide{secrets}, shown);
  return shown;
}

}  // namespace ws
