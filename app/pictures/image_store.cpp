#include "app/pictures/image_store.h"

#include "app/files/whole_file.h"
#include "app/pictures/bmp_file.h"
#include "app/pictures/jpeg_file.h"
#include "app/pictures/picture_rows.h"
#include "app/pictures/png_file.h"
#include "app/pictures/png_text.h"
#include "app/pictures/webp_file.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <QBuffer>
#include <QImage>
#include <QImageWriter>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <filesystem>
#include <new>

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

void requireSize(const ByteSource& file, int64_t width, int64_t height)
{
    if (width > maxImageSide || height > maxImageSide)
        file.refuse("the picture has " + std::to_string(width) + "×" + std::to_string(height) + " pixels; at most "
            + std::to_string(maxImageSide) + " a side are read");
}

void decode(const ByteSource& file, const PictureInfo& info, PictureRows& rows, std::vector<std::string>& warnings)
{
    if (file.size() > maxFileBytes)
        file.refuse(
            "the picture has " + std::to_string(file.size()) + " bytes; the limit is " + std::to_string(maxFileBytes));
    if (info.format == "JPEG")
        decodeJpeg(file, rows, warnings);
    else if (info.format == "WebP")
        decodeWebp(file, rows);
    else if (info.format == "PNG")
        decodePng(file, info.colours.starts_with("gray"), rows);
    else
        decodeBmp(file, rows);
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

RgbImage readImage(const std::string& path, std::vector<uint8_t>* alpha, std::vector<std::string>* warnings)
{
    const ByteSource file(path);
    const PictureInfo info = readPictureInfo(file);
    requireSize(file, info.width, info.height);
    std::vector<std::string> problems;
    if (info.frames > 1)
        problems.push_back(
            "the file is an animation; its first picture of " + std::to_string(info.frames) + " is used");
    if (info.isCut)
        file.refuse("the picture is damaged: the file ends early");
    PictureRows rows(int(info.width), int(info.height), info.orientation, alpha);
    try {
        decode(file, info, rows, problems);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::OutOfMemory,
            "not enough memory for the picture " + printable(path) + ": its " + std::to_string(info.width) + "×"
                + std::to_string(info.height) + " pixels take "
                + std::to_string((uint64_t(info.width) * info.height * (alpha ? 4 : 3) >> 20) + 1)
                + " MiB; close other programs or make it smaller");
    }
    if (info.endsAfterPixels)
        problems.push_back("the file is damaged behind its last pixel: it ends early");
    if (info.hasProfile && !rows.colours().isValid())
        problems.push_back("its colour profile cannot be used; its colours are taken as sRGB");
    if (warnings)
        for (const std::string& problem : problems)
            warnings->push_back(printable(path) + ": " + problem);
    return rows.take();
}

RgbImage fromQImage(const QImage& picture)
{
    const QImage rgb = picture.convertToFormat(QImage::Format_RGB888);
    const size_t line = size_t(rgb.width()) * 3;
    RgbImage image{rgb.width(), rgb.height(), std::vector<uint8_t>(line * size_t(rgb.height()))};
    for (int y = 0; y < rgb.height(); ++y)
        std::copy_n(rgb.constScanLine(y), line, image.pixels.begin() + y * qsizetype(line));
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
