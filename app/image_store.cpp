#include "app/image_store.h"

#include "app/jpeg_file.h"
#include "app/png_text.h"
#include "app/webp_file.h"
#include "app/whole_file.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <QBuffer>
#include <QColorSpace>
#include <QFile>
#include <QImage>
#include <QImageReader>
#include <QImageWriter>
#include <QTransform>

#include <cassert>
#include <cstdint>
#include <filesystem>

namespace athanor {

namespace {

constexpr uint64_t maxFileBytes = uint64_t(1) << 30;

std::string encodePixels(const RgbImage& image)
{
    assert(image.pixels.size() == size_t(image.width) * size_t(image.height) * 3);
    QImage picture(image.pixels.data(), image.width, image.height, qsizetype(image.width) * 3, QImage::Format_RGB888);
    picture.setDotsPerMeterX(3780); // 96 an inch, always, whatever the screen
    picture.setDotsPerMeterY(3780);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QImageWriter writer(&buffer, "png");
    if (!writer.write(picture))
        throw Error(ErrorKind::OutOfMemory, "cannot encode the picture as PNG: " + writer.errorString().toStdString());
    return buffer.data().toStdString();
}

// Exif's eight: 2 to 4 mirrored, upside down; 5 to 8 on their side.
QImage upright(const QImage& picture, int orientation)
{
    const bool onItsSide = orientation >= 5;
    const bool mirrored = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
    if (orientation == 1)
        return picture;
    const QImage straight = mirrored ? picture.mirrored(true, false) : picture;
    const int turns = orientation == 3 || orientation == 4 ? 180 : orientation == 6 || orientation == 7 ? 90 : 270;
    return onItsSide || orientation >= 3 ? straight.transformed(QTransform().rotate(turns)) : straight;
}

// With Qt's plug-in of that name and no other.
QImage decodeByQt(const ByteSource& file, const char* format)
{
    QImageReader::setAllocationLimit(2048); // MiB: maxImageSide² at eight bytes
    QImageReader reader(QFile::decodeName(QByteArray::fromStdString(file.path())), format);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(false);
    QImage picture = reader.read();
    if (picture.isNull())
        file.refuse("the picture is damaged: " + reader.errorString().toStdString());
    return picture;
}

void requireSize(const ByteSource& file, int64_t width, int64_t height)
{
    if (width > maxImageSide || height > maxImageSide)
        file.refuse("the picture has " + std::to_string(width) + "×" + std::to_string(height) + " pixels; at most "
            + std::to_string(maxImageSide) + " a side are read");
}

QImage decode(const ByteSource& file, const PictureInfo& info, std::vector<std::string>& warnings)
{
    if (file.size() > maxFileBytes)
        file.refuse(
            "the picture has " + std::to_string(file.size()) + " bytes; the limit is " + std::to_string(maxFileBytes));
    if (info.format == "JPEG")
        return decodeJpeg(file, warnings);
    if (info.format == "WebP")
        return decodeWebp(file);
    if (info.format == "PNG")
        return decodeByQt(file, "png");
    const QSize size = QImageReader(QFile::decodeName(QByteArray::fromStdString(file.path())), "bmp").size();
    requireSize(file, size.width(), size.height());
    return decodeByQt(file, "bmp");
}

QImage toSrgb(const QImage& picture)
{
    if (!picture.colorSpace().isValid() || picture.colorSpace() == QColorSpace::SRgb)
        return picture;
    return picture.convertToFormat(picture.hasAlphaChannel() ? QImage::Format_RGBA64 : QImage::Format_RGBX64)
        .convertedToColorSpace(QColorSpace::SRgb);
}

std::vector<float> transparencyOf(const QImage& picture)
{
    std::vector<float> transparency;
    if (!picture.hasAlphaChannel())
        return transparency;
    const QImage rgba = picture.convertToFormat(QImage::Format_RGBA8888);
    for (int y = 0; y < rgba.height(); ++y)
        for (int x = 0; x < rgba.width(); ++x)
            transparency.push_back(1 - float(rgba.constScanLine(y)[4 * x + 3]) / 255);
    return transparency;
}

}

std::vector<PictureText> listed(const PictureTexts& texts)
{
    std::vector<PictureText> list;
    if (!texts.parameters.empty())
        list.push_back({std::string(parametersKey), texts.parameters});
    if (!texts.workflow.empty())
        list.push_back({std::string(workflowKey), texts.workflow});
    return list;
}

std::string encodePng(const RgbImage& image, const PictureTexts& texts)
{
    std::vector<std::string> none;
    return encodePicture(image, listed(texts), {}, none);
}

std::string encodePicture(const RgbImage& image, const std::vector<PictureText>& texts, const PictureEncoding& encoding,
    std::vector<std::string>& warnings)
{
    switch (encoding.format) {
    case PictureFormat::Jpeg:
        return encodeJpeg(image, encoding.quality, texts, warnings);
    case PictureFormat::Webp:
        return encodeWebp(image, encoding.quality, texts);
    case PictureFormat::WebpLossless:
        return encodeWebp(image, 0, texts);
    case PictureFormat::Png:
        break;
    }
    std::string png = encodePixels(image);
    for (size_t i = texts.size(); i-- > 0;) // what is added first comes last
        png = withPngText(png, texts[i]);
    return png;
}

void writePng(const std::string& path, const RgbImage& image, const PictureTexts& texts)
{
    writeWhole(path, encodePng(image, texts));
}

RgbImage readImage(const std::string& path, std::vector<float>* transparency, std::vector<std::string>* warnings)
{
    const ByteSource file(path);
    const PictureInfo info = readPictureInfo(file);
    requireSize(file, info.width, info.height);
    std::vector<std::string> problems;
    if (info.frames > 1)
        problems.push_back(
            "the file is an animation; its first picture of " + std::to_string(info.frames) + " is used");
    QImage picture = decode(file, info, problems);
    if (info.hasProfile && !picture.colorSpace().isValid())
        problems.push_back("its colour profile cannot be used; its colours are taken as sRGB");
    picture = upright(toSrgb(picture), info.orientation);
    if (transparency)
        *transparency = transparencyOf(picture);
    if (warnings)
        for (const std::string& problem : problems)
            warnings->push_back(printable(path) + ": " + problem);
    return fromQImage(picture);
}

RgbImage fromQImage(const QImage& picture)
{
    const QImage rgb = picture.convertToFormat(QImage::Format_RGB888);
    RgbImage image{rgb.width(), rgb.height(), {}};
    for (int y = 0; y < rgb.height(); ++y)
        image.pixels.insert(
            image.pixels.end(), rgb.constScanLine(y), rgb.constScanLine(y) + qsizetype(rgb.width()) * 3);
    return image;
}

RgbImage scaled(const RgbImage& image, int width, int height)
{
    const QImage picture(
        image.pixels.data(), image.width, image.height, qsizetype(image.width) * 3, QImage::Format_RGB888);
    return fromQImage(picture.scaled(width, height, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
}

std::string batchPath(const std::string& path, int index)
{
    if (index == 0)
        return path;
    std::filesystem::path numbered(path);
    numbered.replace_filename(
        numbered.stem().string() + '-' + std::to_string(index + 1) + numbered.extension().string());
    return numbered.string();
}

}
