#include "inference/weights/file_format.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace athanor {

using namespace std::string_view_literals;

namespace {

struct Magic {
    size_t at;
    std::string_view bytes;
    const char* sentence;
};

constexpr Magic magics[] = {
    {0, "GGUF"sv, "is a GGUF file, which this program does not read; take the safetensors version"},
    {0, "\x89HDF\r\n\x1a\n"sv,
        "is an HDF5 (Keras) file, not a PyTorch or safetensors model; convert it to safetensors"},
    {0, "\x1f\x8b\x08"sv, "is a gzip archive; unpack it first"},
    {0, "\x89PNG\r\n\x1a\n"sv, "is a PNG image, not a model"},
    {0, "\xff\xd8\xff"sv, "is a JPEG image, not a model"},
    {0, "GIF8"sv, "is a GIF image, not a model"},
    {8, "WEBP"sv, "is a WebP image, not a model"},
    {0, "%PDF-"sv, "is a PDF document, not a model"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "is a 7-Zip archive; unpack it first"},
    {0, "Rar!\x1a\x07"sv, "is a RAR archive; unpack it first"},
    {0,
        "\xfd"
        "7zXZ\0"sv,
        "is an xz archive; unpack it first"},
    {0, "\x28\xb5\x2f\xfd"sv, "is a Zstandard archive; unpack it first"},
    {0, "BZh"sv, "is a bzip2 archive; unpack it first"},
    {257, "ustar"sv, "is a tar archive, perhaps a PyTorch file from before 2017; convert it to safetensors"},
    {0, "\x93NUMPY"sv, "is a NumPy array, not a model"},
    {4, "TFL3"sv, "is a TensorFlow Lite model; only PyTorch and safetensors weights are read"},
    {0, "lmgg"sv, "is a GGML file; take the safetensors version"},
    {0, "tjgg"sv, "is a GGML file; take the safetensors version"},
    {0, "fmgg"sv, "is a GGML file; take the safetensors version"},
    // Protocol 2, then the number that opens every torch.save file written before PyTorch 1.6.
    {0, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."sv,
        "is a PyTorch file in the legacy format (before PyTorch 1.6, not a zip); convert it to safetensors"},
    {0,
        "\x7f"
        "ELF"sv,
        "is a program, not a model"},
};

bool startsWithIgnoringCase(std::string_view text, std::string_view lowerStart)
{
    return text.size() >= lowerStart.size()
        && std::equal(lowerStart.begin(), lowerStart.end(), text.begin(),
            [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

// Formats that are text, or have no magic number. Null if it is none of them.
const char* looserMatch(std::string_view head)
{
    if (head.starts_with("version https://git-lfs"))
        return "is a Git LFS pointer, not the model itself; fetch the model with git lfs pull or download it again";
    const size_t first = head.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    const std::string_view text = first == head.npos ? ""sv : head.substr(first);
    for (const std::string_view start : {"<!doctype html"sv, "<html"sv, "<head"sv})
        if (startsWithIgnoringCase(text, start))
            return "is an HTML page, not a model; the download probably failed";
    if (text.starts_with('{') || text.starts_with('['))
        return "is JSON text, not a model";
    if (head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5)
        return "is a bare pickle, not a PyTorch checkpoint; convert it to safetensors";
    // ONNX is a protocol buffer: field 1 (version, a small number), then a length-delimited field.
    if (head.size() > 2 && head[0] == '\x08' && head[1] > 0 && head[1] < 32
        && (head[2] == '\x12' || head[2] == '\x3a' || head[2] == '\x42'))
        return "is an ONNX model; only PyTorch and safetensors weights are read";
    return nullptr;
}

std::string hexBytes(std::string_view bytes)
{
    static const char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes)
        text += {' ', digits[uint8_t(c) >> 4], digits[uint8_t(c) & 15]};
    return text;
}

}

FileFormat recogniseFormat(const ByteSource& source)
{
    const auto bytes = source.read(0, std::min<uint64_t>(source.size(), 512));
    const std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());

    // safetensors has no magic number: a 64-bit header length, then the header's brace. The length comes before the
    // magic numbers, because a length may happen to look like one.
    const uint64_t headerLength = bytes.size() >= 8 ? littleEndian<uint64_t>(bytes, 0) : 0;
    const bool brace = bytes.size() > 8 && head[8] == '{';
    if (brace && headerLength <= UINT32_MAX)
        return FileFormat::Safetensors;
    if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06"))
        return FileFormat::Zip;
    for (const Magic& magic : magics)
        if (head.size() >= magic.at && head.substr(magic.at).starts_with(magic.bytes))
            source.refuse(magic.sentence);
    if (const char* sentence = looserMatch(head))
        source.refuse(sentence);
    // Perhaps a damaged safetensors file; its reader says how.
    if (brace || bytes.size() <= 8 || headerLength <= std::min(maxSafetensorsHeader, source.size() - 8))
        return FileFormat::Safetensors;
    source.refuse("is in no format this program knows (it starts with" + hexBytes(head.substr(0, 8)) + ")");
}

}
