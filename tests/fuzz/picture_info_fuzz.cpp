// What pictures tell before they are decoded: an input is a whole PNG, JPEG, WebP or BMP file, or else an Exif block.
// What is read of a block is written and read again the same.
#include "app/pictures/exif.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    using namespace athanor;
    const ByteSource file("input", std::as_bytes(std::span(data, size)));
    try {
        if (!pictureFormatOf(file).empty()) {
            for (const PictureText& text : readPictureInfo(file).texts)
                if (!isUtf8(text.text))
                    std::abort();
            return 0;
        }
    } catch (const Error&) {
        return 0;
    }
    std::vector<PictureText> texts = readExif({reinterpret_cast<const char*>(data), size}).texts;
    std::ranges::stable_sort(texts, {}, &PictureText::key);
    const auto sameKey = [](const PictureText& a, const PictureText& b) { return a.key == b.key; };
    texts.erase(std::unique(texts.begin(), texts.end(), sameKey), texts.end());
    std::erase_if(texts, [](const PictureText& text) { return text.text.find('\0') != std::string::npos; });
    std::vector<PictureText> again = readExif(writeExif(texts)).texts;
    std::ranges::stable_sort(again, {}, &PictureText::key);
    if (again != texts)
        std::abort();
    return 0;
}
