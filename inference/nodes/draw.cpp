#include "inference/nodes/common.h"
#include "inference/preprocess/drawing_sheet.h"

#include <algorithm>
#include <variant>

namespace athanor {

namespace {

constexpr const char *onBlack = "white on black", *onWhite = "black on white";

Values runDraw(NodeRun& run)
{
    const Drawing drawing = readDrawing(run.text("drawing"));
    const std::vector<uint8_t> ink = inkOf(drawing, [&] { run.throwIfStopped(); });
    const bool inverts = run.text("colours") == onWhite;
    RgbImage image{drawing.width, drawing.height, {}};
    Mask mask{drawing.width, drawing.height, {}};
    image.pixels.reserve(ink.size() * 3);
    mask.pixels.reserve(ink.size());
    for (const uint8_t shade : ink) {
        image.pixels.insert(image.pixels.end(), 3, inverts ? 255 - shade : shade);
        mask.pixels.push_back(float(shade) / 255);
    }
    return {shared(ImageValue{{std::move(image)}, {}}), shared(std::move(mask))};
}

std::string checkDrawing(const Node& node)
{
    const auto it = node.params.find("drawing");
    const auto* text = it == node.params.end() ? nullptr : std::get_if<std::string>(&it->second);
    try {
        if (text)
            readDrawing(*text);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}

NodeType drawNode()
{
    return {
        .id = "draw",
        .title = "Draw",
        .category = "Preprocess",
        .text = "What you draw by hand: the map for a ControlNet, or a mask.",
        .params = {{"drawing", ParamKind::Drawing, writeDrawing({}), "The sheet and the strokes on it"},
            {"colours", ParamKind::Choice, std::string(onBlack), "Of the image: most ControlNets know white on black",
                0, 0, 1, {onBlack, onWhite}}},
        .outputs = {{"image", PortType::Image, "The drawing"},
            {"mask", PortType::Mask, "Where something is drawn may change"}},
        .check = checkDrawing,
        .run = runDraw,
    };
}

}
