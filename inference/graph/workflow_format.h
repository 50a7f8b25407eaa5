// What the two halves of workflow_json.h share.
#pragma once
#include "inference/graph/graph.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace athanor {

constexpr std::string_view formatName = "athanor workflow";

struct FormatVersion {
    int major = 0, minor = 0;
    auto operator<=>(const FormatVersion&) const = default;
};
constexpr FormatVersion currentVersion{1, 0};

inline std::string versionText(FormatVersion version)
{
    return std::to_string(version.major) + "." + std::to_string(version.minor);
}

constexpr std::string_view modeNames[] = {"normal", "muted", "bypassed"}; // by NodeMode
constexpr int64_t maxId = (int64_t(1) << 40) - 1;

}
