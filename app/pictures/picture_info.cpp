#include "app/pictures/picture_info.h"

#include "app/pictures/bmp_header.h"
#include "app/pictures/jpeg_text.h"
#include "app/pictures/png_text.h"
#include "app/pictures/webp_text.h"

#include <algorithm>
#include <cstddef>

namespace athanor {

namespace {

// Cameras and other programs leave comments too.
bool isForeignComment(const PictureText& text)
{
    return text.key == parametersKey && !isMetadata(text.text);
}

}

std::string_view pictureFormatOf(const ByteSource& file)
{
    return isPng(file) ? "PNG" : isJpeg(file) ? "JPEG" : isWebp(file) ? "WebP" : isBmp(file) ? "BMP" : "";
}

PictureInfo readPictureInfo(const ByteSource& file)
{
    const std::string_view format = pictureFormatOf(file);
    if (format.empty())
        file.refuse("this is no picture; PNG, JPEG, WebP and BMP are read");
    if (format == "BMP")
        return readBmpInfo(file);
    PictureInfo info = format == "PNG" ? readPngInfo(file) : format == "JPEG" ? readJpegInfo(file) : readWebpInfo(file);
    std::vector<PictureText>& exif = format == "PNG" ? info.exifTexts : info.texts;
    std::erase_if(exif, isForeignComment);
    for (PictureText& text : info.exifTexts)
        if (!findText(info.texts, text.key))
            info.texts.push_back(std::move(text));
    info.exifTexts.clear();
    return info;
}

const std::string* findText(const std::vector<PictureText>& texts, std::string_view key)
{
    const auto found = std::ranges::find(texts, key, &PictureText::key);
    return found == texts.end() ? nullptr : &found->text;
}

MetadataTexts metadataTexts(const std::vector<PictureText>& texts)
{
    MetadataTexts all;
    for (const PictureText& text : texts)
        all.emplace(text.key, text.text);
    return all;
}

}
