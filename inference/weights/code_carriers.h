// Names that appear in a pickle only to make Python run something; the pickle reader runs nothing, but refuses them by
// name.
#pragma once
#include <string_view>

namespace athanor {

// Whether module.name runs code, opens files or connections, or reaches things that do ("os", "system").
bool carriesCode(std::string_view module, std::string_view name);

}
