#include "app/engine/run_journal.h"

#include "app/files/folders.h"
#include "app/files/whole_file.h"
#include "inference/graph/fingerprint.h"
#include "inference/weights/byte_source.h"
#include "inference/weights/json_text.h"
#include "render/error.h"
#include "render/regular_file.h"

#include <optional>

namespace athanor {

namespace {

constexpr size_t maxEntryBytes = 16 << 20;

std::string entryPath(const RunJournal& journal, const std::string& fingerprint)
{
    Hasher hasher;
    hasher.add(std::string_view(fingerprint));
    hasher.add(std::string_view(absolutePath(journal.outFolder)));
    return journal.cacheFolder + "/outputs/" + hasher.result().text();
}

// A file by its name below the folder.
nlohmann::json stateOf(const std::string& folder, const std::string& name)
{
    const FileStamp stamp = stampOf(folder + '/' + name);
    return {name, stamp.size, stamp.seconds, stamp.nanoseconds};
}

}

std::vector<std::string> RunJournal::find(const std::string& fingerprint) const
{
    const auto text = cacheFolder.empty() ? std::nullopt : readSmallFile(entryPath(*this, fingerprint), maxEntryBytes);
    if (!text)
        return {};
    std::vector<std::string> paths;
    try {
        for (const nlohmann::json& entry : parseJson("entry", *text)) {
            const auto name = entry.at(0).get<std::string>();
            if (stateOf(outFolder, name) != entry)
                return {};
            paths.push_back(outFolder + '/' + name);
        }
    } catch (const nlohmann::json::exception&) { // damaged
        return {};
    } catch (const Error&) { // damaged, or a file is gone
        return {};
    }
    return paths;
}

void RunJournal::remember(const std::string& fingerprint, const std::vector<std::string>& paths) const
{
    if (cacheFolder.empty())
        return;
    nlohmann::json entry = nlohmann::json::array();
    try {
        for (const std::string& path : paths)
            entry.push_back(stateOf(outFolder, path.substr(outFolder.size() + 1)));
    } catch (const Error&) { // already gone
        return;
    }
    keepSmallFile(entryPath(*this, fingerprint), entry.dump(-1, ' ', true, nlohmann::json::error_handler_t::ignore));
}

}
