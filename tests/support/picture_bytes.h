// Pictures as bytes of files, for tests of reading and writing them.
#pragma once
#include "app/pictures/image_store.h"
#include "render/error.h"

#include <QBuffer>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>

#include <cstdlib>

namespace athanor {

inline constexpr PictureFormat formats[] = {
    PictureFormat::Png, PictureFormat::Jpeg, PictureFormat::Webp, PictureFormat::WebpLossless};

// Smooth, so that every format keeps it well.
inline RgbImage somePicture(int width = 40, int height = 24)
{
    RgbImage image{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (const int value : {x * 200 / width, y * 200 / height, 90})
                image.pixels.push_back(uint8_t(value));
    return image;
}

inline int largestDifference(const RgbImage& a, const RgbImage& b)
{
    int largest = a.pixels.size() == b.pixels.size() ? 0 : 256;
    for (size_t i = 0; largest < 256 && i < a.pixels.size(); ++i)
        largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
    return largest;
}

inline QByteArray encoded(
    const RgbImage& image, PictureFormat format, const std::vector<PictureText>& texts = {}, int quality = 90)
{
    std::vector<std::string> warnings;
    const QByteArray bytes = QByteArray::fromStdString(encodePicture(image, texts, {format, quality}, warnings));
    return warnings.empty() ? bytes : QByteArray::fromStdString(warnings.front());
}

inline QByteArray qtEncoded(const QImage& picture, const char* format)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    picture.save(&buffer, format);
    return bytes;
}

inline PictureInfo infoOf(const QByteArray& bytes)
{
    return readPictureInfo(ByteSource("x", std::as_bytes(std::span(bytes.constData(), size_t(bytes.size())))));
}

inline const std::vector<PictureText> ourTexts{
    {"parameters", "a red house, 赤い家 🏠\nNegative prompt: blurry\nSteps: 20, Sampler: Euler, Seed: 7"},
    {"athanor", R"({"nodes": ["ü 赤"]})"}};

// Files of bytes in a folder of their own.
struct PictureFolder {
    QTemporaryDir folder;

    std::string written(const QByteArray& bytes, const QString& name = "x.png") const
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write");
        return folder.filePath(name).toStdString();
    }
    // "" when it is read, else why not; `warnings` as of readImage.
    std::string refusal(
        const QByteArray& bytes, RgbImage* image = nullptr, std::vector<std::string>* warnings = nullptr) const
    {
        try {
            const RgbImage read = readImage(written(bytes), nullptr, warnings);
            if (image)
                *image = read;
            return {};
        } catch (const Error& error) {
            return error.kind == ErrorKind::BadFile ? error.what() : std::string("of another kind: ") + error.what();
        }
    }
};

}
