#include "app/engine/model_hash.h"

#include "app/files/whole_file.h"
#include "render/error.h"
#include "render/regular_file.h"

#include <QCryptographicHash>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <system_error>
#include <vector>

namespace athanor {

namespace {

constexpr uint64_t blockBytes = 1 << 20;

// The files of the network that the model is of: its UNet or transformer, of a ControlNet that, and of any other kind
// all files.
std::vector<const ByteSource*> hashedSources(const ModelFiles& model)
{
    std::set<size_t> indices;
    for (const Part part : {Part::UNet, Part::Transformer, Part::ControlNet})
        if (indices.empty())
            for (const PartTensor& tensor : partOf(model, part).tensors)
                indices.insert(tensor.file);
    if (indices.empty())
        for (size_t i = 0; i < model.files.size(); ++i)
            indices.insert(i);
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
        std::error_code gone; // the working folder; the path as it stands will do
        const std::filesystem::path path = std::filesystem::absolute(source->path(), gone);
        const std::string text = (gone ? source->path() : path.string()) + '\n' + std::to_string(stamp.size) + '\n'
            + std::to_string(stamp.seconds) + '.' + std::to_string(stamp.nanoseconds) + '\n';
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
    const auto sources = hashedSources(model);
    const std::string kept = cacheFolder + "/model-hashes/" + identity(sources).toStdString();
    if (const auto text = cacheFolder.empty() ? std::nullopt : readSmallFile(kept, size_t(shownDigits))) {
        const QByteArray digits = QByteArray::fromStdString(*text);
        if (digits.size() == shownDigits && QByteArray::fromHex(digits).toHex() == digits)
            return *text;
    }
    const std::string digits = contentHash(sources, stop).first(shownDigits).toStdString();
    if (!cacheFolder.empty())
        keepSmallFile(kept, digits);
    return digits;
}

}
