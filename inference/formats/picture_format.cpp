#include "inference/formats/picture_format.h"

#include "inference/sampling/names.h"

#include <algorithm>
#include <array>

namespace athanor {

namespace {

constexpr std::array<std::string_view, 4> formatNames{"png", "jpeg", "webp", "webp_lossless"};
constexpr std::array<std::string_view, 4> endings{".png", ".jpg", ".webp", ".webp"};

}

std::span<const std::string_view> pictureFormatNames()
{
    return formatNames;
}

PictureFormat pictureFormat(std::string_view name)
{
    const auto found = std::ranges::find(formatNames, name);
    return found == formatNames.end() ? PictureFormat::Png : PictureFormat(found - formatNames.begin());
}

std::string_view pictureEnding(PictureFormat format)
{
    return endings[size_t(format)];
}

std::optional<PictureFormat> formatByEnding(std::string_view path)
{
    constexpr std::pair<std::string_view, PictureFormat> known[] = {{".png", PictureFormat::Png},
        {".jpg", PictureFormat::Jpeg}, {".jpeg", PictureFormat::Jpeg}, {".webp", PictureFormat::Webp}};
    for (const auto& [ending, format] : known)
        if (path.size() > ending.size() && sameName(path.substr(path.size() - ending.size()), ending))
            return format;
    return {};
}

}
