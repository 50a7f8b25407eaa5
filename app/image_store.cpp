#include "app/image_store.h"

#include "app/png_text.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <QBuffer>
#include <QColorSpace>
#include <QFile>
#include <QImage>
#include <QImageReader>
#include <QImageWriter>
#include <QSaveFile>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace athanor {

namespace {

[[noreturn]] void cannotWrite(const std::string& path, const std::string& reason)
{
    throw Error(ErrorKind::CannotWrite, "cannot write " + printable(path) + ": " + reason);
}

std::string systemReason()
{
    return std::generic_category().message(errno);
}

QString toQString(const std::string& text)
{
    return QFile::decodeName(QByteArray::fromStdString(text));
}

// Throws when the temporary file cannot be made.
void open(QSaveFile& file, const std::string& path)
{
    struct stat status = {};
    if (lstat(path.c_str(), &status) != 0 && errno != ENOENT) // too long, no folder before the name, …
        cannotWrite(path, systemReason());
    if (S_ISDIR(status.st_mode))
        cannotWrite(path, "this is a folder");
    file.setFileName(toQString(path));
    file.setDirectWriteFallback(false);
    if (!file.open(QIODevice::WriteOnly))
        cannotWrite(path, file.errorString().toStdString());
}

// Makes the rename last through a power cut. File systems that cannot sync a folder do it by themselves.
void syncFolderOf(const std::string& path)
{
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool failed = handle >= 0 && fsync(handle) != 0 && errno != EINVAL;
    const std::string reason = systemReason();
    if (handle >= 0)
        close(handle);
    if (failed)
        cannotWrite(path, reason);
}

// False with errno set when not everything could be written.
bool writeAll(int handle, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = write(handle, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            return false;
        bytes.remove_prefix(size_t(std::max<ssize_t>(written, 0)));
    }
    return true;
}

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

// Qt's name of the format the file begins with, or empty.
QByteArray formatOf(const ByteSource& file)
{
    char head[12] = {};
    file.read(0, std::as_writable_bytes(std::span(head)).first(std::min<size_t>(sizeof head, file.size())));
    const std::string_view bytes(head, sizeof head);
    if (isPng(file))
        return "png";
    if (bytes.starts_with("\xff\xd8\xff"))
        return "jpeg";
    if (bytes.starts_with("RIFF") && bytes.substr(8) == "WEBP")
        return "webp";
    if (bytes.starts_with("BM"))
        return "bmp";
    return {};
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

RgbImage fromQImage(const QImage& picture)
{
    const QImage rgb = picture.convertToFormat(QImage::Format_RGB888);
    RgbImage image{rgb.width(), rgb.height(), {}};
    for (int y = 0; y < rgb.height(); ++y)
        image.pixels.insert(
            image.pixels.end(), rgb.constScanLine(y), rgb.constScanLine(y) + qsizetype(rgb.width()) * 3);
    return image;
}

}

std::string encodePng(const RgbImage& image, const PictureTexts& texts)
{
    std::string png = encodePixels(image);
    if (!texts.workflow.empty()) // what is added first comes last
        png = withPngText(png, {std::string(workflowKey), texts.workflow});
    if (!texts.parameters.empty())
        png = withPngText(png, {"parameters", texts.parameters});
    return png;
}

void writePng(const std::string& path, const RgbImage& image, const PictureTexts& texts)
{
    writeWhole(path, encodePng(image, texts));
}

void writeWhole(const std::string& path, std::string_view bytes)
{
    QSaveFile file;
    open(file, path);
    // QSaveFile forgets why a write failed and does not notice a failed sync, so both are done here.
    if (!writeAll(file.handle(), bytes) || fsync(file.handle()) != 0)
        cannotWrite(path, systemReason());
    if (!file.commit())
        cannotWrite(path, file.errorString().toStdString());
    syncFolderOf(path);
}

void requireWritable(const std::string& path)
{
    QSaveFile file;
    open(file, path);
    file.cancelWriting();
}

RgbImage readImage(const std::string& path, std::vector<float>* transparency)
{
    const ByteSource file(path);
    const QByteArray format = formatOf(file);
    if (format.isEmpty())
        file.refuse("this is no picture; PNG, JPEG, WebP and BMP are read");
    if (!QImageReader::supportedImageFormats().contains(format))
        file.refuse("WebP pictures need the package qt6-image-formats-plugins");
    QImageReader::setAllocationLimit(1024); // MiB: maxImageSide² at four bytes
    QImageReader reader(toQString(path), format);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    if (size.width() > maxImageSide || size.height() > maxImageSide)
        file.refuse("the picture has " + std::to_string(size.width()) + "×" + std::to_string(size.height())
            + " pixels; at most " + std::to_string(maxImageSide) + " a side are read");
    QImage picture = reader.read();
    if (picture.isNull())
        file.refuse("the picture is damaged: " + reader.errorString().toStdString());
    if (picture.colorSpace().isValid() && picture.colorSpace() != QColorSpace::SRgb)
        picture = picture.convertToFormat(picture.hasAlphaChannel() ? QImage::Format_RGBA64 : QImage::Format_RGBX64)
                      .convertedToColorSpace(QColorSpace::SRgb);
    if (transparency)
        *transparency = transparencyOf(picture);
    return fromQImage(picture);
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
