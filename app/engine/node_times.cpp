#include "app/engine/node_times.h"

#include "app/files/whole_file.h"
#include "render/regular_file.h"

#include <nlohmann/json.hpp>

namespace athanor {

namespace {

constexpr size_t maxBytes = 1 << 20;

std::string pathIn(const std::string& cacheFolder)
{
    return cacheFolder + "/node-times.json";
}

}

NodeTimes readNodeTimes(const std::string& cacheFolder)
{
    NodeTimes times;
    const auto text = readSmallFile(pathIn(cacheFolder), maxBytes);
    const auto json = nlohmann::json::parse(text.value_or(""), nullptr, false);
    if (json.is_object())
        for (const auto& [type, seconds] : json.items())
            if (seconds.is_number() && seconds.get<double>() >= 0)
                times[type] = seconds.get<double>();
    return times;
}

void keepNodeTimes(const std::string& cacheFolder, const NodeTimes& times)
{
    if (!times.empty())
        keepSmallFile(pathIn(cacheFolder), nlohmann::json(times).dump());
}

}
