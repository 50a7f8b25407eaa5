#include "app/run_journal.h"

#include "inference/pipeline/fingerprint.h"
#include "inference/weights/byte_source.h"
#include "render/error.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <nlohmann/json.hpp>

#include <filesystem>

namespace athanor {

namespace {

constexpr qint64 maxEntryBytes = 16 << 20;

QString entryPath(const RunJournal& journal, const std::string& fingerprint)
{
    Hasher hasher;
    hasher.add(std::string_view(fingerprint));
    hasher.add(std::string_view(std::filesystem::absolute(journal.outFolder).lexically_normal().string()));
    return QString::fromStdString(journal.cacheFolder + "/outputs/" + hasher.result().text());
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
    QFile file(entryPath(*this, fingerprint));
    if (cacheFolder.empty() || !file.open(QIODevice::ReadOnly) || file.size() > maxEntryBytes)
        return {};
    std::vector<std::string> paths;
    try {
        for (const nlohmann::json& entry : nlohmann::json::parse(file.readAll().toStdString())) {
            const auto name = entry.at(0).get<std::string>();
            if (stateOf(outFolder, name) != entry)
                return {};
            paths.push_back(outFolder + '/' + name);
        }
    } catch (const nlohmann::json::exception&) { // damaged
        return {};
    } catch (const Error&) { // a file is gone
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
    QSaveFile file(entryPath(*this, fingerprint));
    if (QDir().mkpath(QString::fromStdString(cacheFolder) + "/outputs") && file.open(QIODevice::WriteOnly)) {
        file.write(QByteArray::fromStdString(entry.dump(-1, ' ', true, nlohmann::json::error_handler_t::ignore)));
        file.commit();
    }
}

}
