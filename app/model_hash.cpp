#include "app/model_hash.h"

#include "render/error.h"

#include <QCryptographicHash>
#include <QDir>
#include <QSaveFile>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <vector>

namespace athanor {

namespace {

constexpr uint64_t blockBytes = 1 << 20;

std::vector<const ByteSource*> unetSources(const ModelFiles& model)
{
    std::set<size_t> indices;
    for (const PartTensor& tensor : model.unet.tensors)
        indices.insert(tensor.file);
    std::vector<const ByteSource*> sources;
    for (const size_t index : indices)
        sources.push_back(model.files[index].source.get());
    return sources;
}

// What changes when any of the files does.
QByteArray identity(const std::vector<const ByteSource*>& sources)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const ByteSource* source : sources) {
        const FileStamp& stamp = source->stamp();
        const std::string text = std::filesystem::absolute(source->path()).string() + '\n' + std::to_string(stamp.size)
            + '\n' + std::to_string(stamp.seconds) + '.' + std::to_string(stamp.nanoseconds) + '\n';
        hash.addData(text);
    }
    return hash.result().toHex();
}

QByteArray contentHash(const std::vector<const ByteSource*>& sources, std::stop_token stop)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    std::vector<std::byte> block(blockBytes);
    for (const ByteSource* source : sources) {
        for (uint64_t at = 0; at < source->size(); at += blockBytes) {
            if (stop.stop_requested())
                throw Error(ErrorKind::Cancelled, "cancelled");
            const auto part = std::span(block).first(std::min(blockBytes, source->size() - at));
            source->read(at, part);
            hash.addData(QByteArrayView(part.data(), qsizetype(part.size())));
        }
    }
    return hash.result().toHex();
}

}

std::string modelHash(const ModelFiles& model, const std::string& cacheFolder, std::stop_token stop)
{
    constexpr qsizetype shownDigits = 10;
    const auto sources = unetSources(model);
    const QString folder = QString::fromStdString(cacheFolder) + "/model-hashes";
    QFile kept(folder + '/' + identity(sources));
    if (!cacheFolder.empty() && kept.open(QIODevice::ReadOnly)) {
        const QByteArray digits = kept.read(shownDigits + 1);
        if (digits.size() == shownDigits && QByteArray::fromHex(digits).toHex() == digits)
            return digits.toStdString();
    }
    const QByteArray digits = contentHash(sources, stop).first(shownDigits);
    QSaveFile file(kept.fileName());
    // Not being able to keep it costs time, nothing else.
    if (!cacheFolder.empty() && QDir().mkpath(folder) && file.open(QIODevice::WriteOnly)) {
        file.write(digits);
        file.commit();
    }
    return digits.toStdString();
}

}
