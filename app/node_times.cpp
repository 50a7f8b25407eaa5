#include "app/node_times.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <nlohmann/json.hpp>

namespace athanor {

namespace {

constexpr qint64 maxBytes = 1 << 20;

QString pathIn(const std::string& cacheFolder)
{
    return QString::fromStdString(cacheFolder) + "/node-times.json";
}

}

NodeTimes readNodeTimes(const std::string& cacheFolder)
{
    NodeTimes times;
    QFile file(pathIn(cacheFolder));
    if (!file.open(QIODevice::ReadOnly) || file.size() > maxBytes)
        return times;
    const auto json = nlohmann::json::parse(file.readAll().toStdString(), nullptr, false);
    if (json.is_object())
        for (const auto& [type, seconds] : json.items())
            if (seconds.is_number() && seconds.get<double>() >= 0)
                times[type] = seconds.get<double>();
    return times;
}

void keepNodeTimes(const std::string& cacheFolder, const NodeTimes& times)
{
    QSaveFile file(pathIn(cacheFolder));
    if (times.empty() || !QDir().mkpath(QString::fromStdString(cacheFolder)) || !file.open(QIODevice::WriteOnly))
        return;
    file.write(QByteArray::fromStdString(nlohmann::json(times).dump()));
    file.commit();
}

}
