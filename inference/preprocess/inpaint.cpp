#include "inference/preprocess/inpaint.h"

#include "render/error.h"

#include <memory>
#include <string>
#include <vector>

namespace athanor {

ControlMapValue inpaintHint(const RgbImage& image, const Mask& mask)
{
    const auto size = [](const auto& x) { return std::to_string(x.width) + "×" + std::to_string(x.height); };
    if (mask.width != image.width || mask.height != image.height)
        throw Error(ErrorKind::BadArgument,
            "the mask has " + size(mask) + " pixels and the picture " + size(image) + "; they must be alike");
    ControlMapValue hint{{image}, "inpaint", {}};
    Mask hidden{mask.width, mask.height, std::vector<float>(mask.pixels.size())};
    for (size_t i = 0; i < mask.pixels.size(); ++i) {
        if (mask.pixels[i] <= 0.5f)
            continue;
        hidden.pixels[i] = 1;
        for (size_t c = 0; c < 3; ++c)
            hint.maps[0].pixels[i * 3 + c] = 0;
    }
    hint.hidden = std::make_shared<const Mask>(std::move(hidden));
    return hint;
}

}
