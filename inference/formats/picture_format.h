// The formats that pictures are written in, and which of them a file's ending asks for.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace athanor {

enum class PictureFormat : uint8_t { Png, Jpeg, Webp, WebpLossless };

struct PictureEncoding {
    PictureFormat format = PictureFormat::Png;
    int quality = 90; // 1 … 100, of Jpeg and Webp
};

// In the order of the enumeration, as parameters and settings have them: "png", "jpeg", "webp", "webp_lossless".
std::span<const std::string_view> pictureFormatNames();
// Png where the name is unknown.
PictureFormat pictureFormat(std::string_view name);
std::string_view pictureEnding(PictureFormat format); // ".png", ".jpg", ".webp"
// What the end of a file's name asks for, in any case; nothing: no format that is written.
std::optional<PictureFormat> formatByEnding(std::string_view path);
constexpr std::string_view writtenEndings = ".png, .jpg, .jpeg or .webp"; // for messages

}
