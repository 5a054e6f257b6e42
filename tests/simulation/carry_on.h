// Runs a calm tale until its scheduler dies or is stopped, carries on, and so on; and says whether
// that came to the same as the run that nobody disturbed.
//
// Throws BrokenInvariant: 'resume-verdict', 'resume-again' (a step that had finished ran again),
// 'resume-edited', 'resume-undo-order'. Called by simulation.
#pragma once

#include "simulation/tale.h"

namespace ws::test {

void carry_on(const Tale& tale);

}  // namespace ws::test
