#include "app/picture_info.h"

#include "app/jpeg_text.h"
#include "app/png_text.h"
#include "app/webp_text.h"
#include "inference/pipeline/infotext.h"

#include <algorithm>
#include <cstddef>

namespace athanor {

namespace {

// Cameras and other programs leave comments too.
bool isForeignComment(const PictureText& text)
{
    constexpr size_t fewest = 3;
    return text.key == parametersKey && readInfotext(text.text).fields.size() < fewest;
}

bool isBmp(const ByteSource& file)
{
    std::byte head[2] = {};
    if (file.size() >= sizeof head)
        file.read(0, head);
    return head[0] == std::byte('B') && head[1] == std::byte('M');
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
    if (format == "PNG")
        return readPngInfo(file);
    if (format == "BMP")
        return {.format = format};
    PictureInfo info = format == "JPEG" ? readJpegInfo(file) : readWebpInfo(file);
    std::erase_if(info.texts, isForeignComment);
    return info;
}

const std::string* findText(const std::vector<PictureText>& texts, std::string_view key)
{
    const auto found = std::ranges::find(texts, key, &PictureText::key);
    return found == texts.end() ? nullptr : &found->text;
}

}
